"""What imports reported, kept in the database to be looked at later: the last ones, cut to what people read."""

from contextlib import suppress
from typing import Any

import orjson
from tortoise.exceptions import BaseORMException

from auth.viewer import now
from models import ImportReport
from models.text import purged
from storage import StorageError, unit_of_work
from transfer.importing.report import Report

REPORTS_KEPT = 100
REASONS_KEPT = 50
"""Of each kind of record."""
LONGEST_TEXT = 300
"""Characters of a reason, an example or an error."""


@unit_of_work
async def begin(source: str) -> int:
    """Note that an import begins, and forget the oldest ones; the id of its report."""
    report = await ImportReport.create(source=source, started_at=now())
    await ImportReport.filter(id__lte=report.id - REPORTS_KEPT).delete()
    return int(report.id)


@unit_of_work
async def finish(report_id: int, report: Report) -> None:
    """Keep what an import reported."""
    account = orjson.dumps(_account(report)).decode()
    await ImportReport.filter(id=report_id).update(finished_at=now(), account=account)


async def fail(report_id: int, report: Report, error: Exception) -> None:
    """Keep why an import ended before its end, and how far it came, unless the database is what is wrong."""
    with suppress(StorageError, BaseORMException):
        await finish(report_id, report)
        await _note(report_id, _text(str(error)) or type(error).__name__)


@unit_of_work
async def _note(report_id: int, error: str) -> None:
    await ImportReport.filter(id=report_id).update(error=error)


def _account(report: Report) -> list[dict[str, Any]]:
    return [{"kind": kind, **_cut(account)} for kind, account in report.as_json()["kinds"].items()]


def _cut(account: dict[str, Any]) -> dict[str, Any]:
    return {name: _reasons(value) if isinstance(value, list) else value for name, value in account.items()}


def _reasons(reasons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "reason": _text(each["reason"]),
            "count": each["count"],
            "examples": [_text(key) for key in each["examples"]],
        }
        for each in reasons[:REASONS_KEPT]
    ]


def _text(text: str) -> str:
    """What a database takes: files hold what no text may."""
    return purged(text[:LONGEST_TEXT])
