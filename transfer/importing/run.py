"""An import from its first record to its report."""

from collections.abc import Callable, Iterable
from contextlib import aclosing

from transfer.formats.records import Record
from transfer.importing import kept_reports, rows
from transfer.importing.ledger import Ledger
from transfer.importing.media import Folder, Keep, Pictures
from transfer.importing.plan import Plan
from transfer.importing.reading import RECORDS, Reading
from transfer.importing.report import Report
from transfer.importing.settling import Settling
from transfer.importing.writing import Writer

Progress = Callable[[int], None]
"""Is told how many records have been dealt with."""


async def import_records(
    records: Iterable[Record],
    plan: Plan,
    *,
    keep: Keep | None = None,
    progress: Progress = lambda _: None,
    at_once: int = RECORDS,
) -> Report:
    """Write what is new or has changed of these records, each portion as a whole; what has become of all of them.

    It may be killed at any time: the next import of the same source goes on where it was. Pictures are kept by `keep`.
    """
    report = Report(plan.source, dry_run=plan.dry_run)
    kept = None if plan.dry_run else await kept_reports.begin(plan.source)
    try:
        await _import(records, plan, report, keep, progress, at_once)
    except Exception as error:
        if kept is not None:
            await kept_reports.fail(kept, report, error)
        raise
    if kept is not None:
        await kept_reports.finish(kept, report)
    return report


async def _import(
    records: Iterable[Record],
    plan: Plan,
    report: Report,
    keep: Keep | None,
    progress: Progress,
    at_once: int,
) -> None:
    ledger = Ledger(plan.source)
    folder = Folder(plan.media) if plan.media else None
    pictures = Pictures(folder, keep, ledger, report, fetch=plan.fetch)
    writer = Writer(plan, ledger, pictures, report)
    reading, done = Reading(at_once, plan.repair), 0
    await rows.prepare_for_many()
    try:
        for some, last in ((records, False), (writer.spool, True)):
            async with aclosing(reading.portions(some)) as portions:
                async for portion in portions:
                    await writer.write(portion, last=last)
                    done += len(portion)
                    progress(done)
    finally:
        writer.spool.close()
    if not plan.dry_run:
        await pictures.hang()
        await pictures.fetch()
        await Settling(ledger, plan.policy.auth.deepest_reply, report).run()
    report.conclude()
