"""What is kept of what imports report."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest

from models import ImportReport
from tests.transfer.importing.blogs import PLAN, imported, small_blog
from transfer.formats.records import FormatError, LeftOut, Record
from transfer.importing import import_records, kept_reports

pytestmark = pytest.mark.usefixtures("database")


def kinds(report: ImportReport) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(report.account)
    return found


async def test_an_import_leaves_its_account() -> None:
    told = await imported([*small_blog(), LeftOut(kind="ping", key="p\x001", reason="It is no page.")])
    kept = await ImportReport.get()
    assert kept.source == PLAN.source
    assert kept.error is None
    assert kept.finished_at is not None
    assert kept.finished_at >= kept.started_at
    accounts = {each.pop("kind"): each for each in kinds(kept)}
    assert accounts["comment"] == told.as_json()["kinds"]["comment"]
    assert accounts["ping"]["reasons_for_leaving_out"] == [
        {"reason": "It is no page.", "count": 1, "examples": ["p1"]}
    ]


async def test_a_dry_run_leaves_none() -> None:
    await imported(small_blog(), replace(PLAN, dry_run=True))
    assert not await ImportReport.exists()


async def test_a_file_that_breaks_off_leaves_how_far_it_came_and_why() -> None:
    def broken() -> Iterator[Record]:
        yield from small_blog()
        raise FormatError("Line 7 is none.")

    with pytest.raises(FormatError):
        await import_records(broken(), PLAN, at_once=1)
    kept = await ImportReport.get()
    assert kept.error == "Line 7 is none."
    assert kept.finished_at is not None
    assert {each["kind"] for each in kinds(kept)} >= {"author", "category"}


async def test_only_so_much_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_reports, "REPORTS_KEPT", 2)
    many = [
        LeftOut(kind="ping", key=str(number), reason=f"Reason {number} " + "x" * 999) for number in range(60)
    ]
    for _ in range(3):
        await imported(many)
    kept = await ImportReport.all().order_by("id")
    assert len(kept) == 2
    (account,) = kinds(kept[-1])
    assert len(account["reasons_for_leaving_out"]) == 50
    assert {len(each["reason"]) for each in account["reasons_for_leaving_out"]} == {300}
    assert account["read"] == 60
