"""`causerie jobs …`: what is to be done, what fails, and what was given up."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Annotated

import typer

from jobs import Bookkeeping, JobWorker, open_bookkeeping
from jobs.bookkeeping import Entry, drop
from jobs.lease import LEASE_SECONDS
from models.fields import rfc3339
from server.background.job_handlers import open_handlers
from server.commands.common import (
    CommandError,
    DatabaseOption,
    help_without_command,
    notes,
    out,
    with_database,
)
from server.config.environment import load_settings
from storage import Database

commands = typer.Typer(
    callback=help_without_command,
    invoke_without_command=True,
    help="See what is to be done after writes, such as fetching pictures, and what failed.",
)
JobId = Annotated[int, typer.Argument(metavar="ID", help="Its number, as causerie jobs list shows it.")]
ASK_AGAIN_SECONDS = 1.0


@commands.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, help="Show no more than these.")] = 100,
    database: DatabaseOption = None,
) -> None:
    """List the jobs that are not done: those that wait, that fail and will be tried again, and that were given up."""

    async def work(opened: Database) -> list[Entry]:
        async with open_bookkeeping(opened) as books:
            return await books.entries()

    entries = with_database(load_settings(database=database), work)
    for entry in entries[:limit]:
        out.print(_line(entry), markup=False)
    states = Counter(map(_state, entries))
    shown = ", ".join(f"{states[state]} {state}" for state in ("waiting", "failing", "dead") if states[state])
    notes.print(
        f"{shown or 'Nothing to do'}." + (f" The first {limit} are shown." if len(entries) > limit else "")
    )


@commands.command("retry")
def retry(
    job: Annotated[int | None, typer.Argument(metavar="ID", help="Its number.", show_default=False)] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All that fail or were given up.")] = False,
    database: DatabaseOption = None,
) -> None:
    """Try a job again, at once and as if for the first time."""
    if (job is None) is not everything:
        raise CommandError("Name one job, or --all: causerie jobs list shows them.")

    async def work(opened: Database) -> int:
        async with open_bookkeeping(opened) as books:
            tried = [entry for entry in await books.entries() if entry.attempts]
            if job is not None and not await _is_there(books, job):
                raise _unknown(job)
            await books.retry(job)
            return len(tried) if job is None else 1

    number = with_database(load_settings(database=database), work)
    out.print(f"{number} to be tried again." if number else "None has failed.")


@commands.command("drop")
def drop_job(job: JobId, database: DatabaseOption = None) -> None:
    """Forget a job: it will not be done."""

    async def work(_: Database) -> bool:
        return await drop(job)

    if not with_database(load_settings(database=database), work):
        raise _unknown(job)
    out.print(f"Job {job} is forgotten.")


@commands.command("run")
def run(database: DatabaseOption = None) -> None:
    """Do what is due now, and end. Where a server runs, it does that by itself."""
    settings = load_settings(database=database)

    async def work(opened: Database) -> str:
        async with open_handlers(settings) as handlers, open_bookkeeping(opened) as books:
            worker = JobWorker(books, handlers)
            try:
                return "" if await _run_when_free(worker) else worker.lease.holder
            finally:
                await worker.stop()

    holder = with_database(settings, work)
    out.print(
        f"Another process works already: {holder}." if holder else "Nothing is due any more.", markup=False
    )


async def _run_when_free(worker: JobWorker) -> bool:
    """Do it, if need be after a process that was killed; False: one that lives works."""
    for _ in range(round(LEASE_SECONDS / ASK_AGAIN_SECONDS) + 2):
        if await worker.run_due():
            return True
        await asyncio.sleep(ASK_AGAIN_SECONDS)
    return False


async def _is_there(books: Bookkeeping, job: int) -> bool:
    return any(entry.id == job for entry in await books.entries())


def _unknown(job: int) -> CommandError:
    return CommandError(f"There is no job {job}: causerie jobs list shows those there are.")


def _line(entry: Entry) -> str:
    columns = [
        f"{entry.id:<8}",
        f"{_state(entry):<8}",
        f"{entry.kind:<16}",
        f"{entry.attempts:>3}",
        _moment(entry.due),
    ]
    return " ".join([*columns, entry.key or "-", entry.error or ""]).rstrip()


def _state(entry: Entry) -> str:
    if entry.dead:
        return "dead"
    return "failing" if entry.error else "waiting"


def _moment(moment: datetime | None) -> str:
    return rfc3339(moment)[:19] + "Z" if moment else f"{'now':<20}"
