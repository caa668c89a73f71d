"""`causerie jobs`, and the worker in the server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from jobs import Attempt, Handler, JobError
from server.app import create_app
from server.background.job_handlers import MAKERS
from server.cli import app
from server.config.environment import load_settings
from storage import open_database
from tests.jobs.doing import KIND, Doer, leave, until


def made(run: Callable[[Attempt], Awaitable[None]]) -> Callable[[Any, Any], Handler]:
    """A kind of job, whose handler needs neither settings nor the fetcher."""
    return lambda _settings, _fetcher: Handler(run, attempts=2)


@pytest.fixture
def doer(monkeypatch: pytest.MonkeyPatch) -> Doer:
    """Does jobs, but fails those that are asked to."""
    doer = Doer()

    async def run(attempt: Attempt) -> None:
        if "fails" in attempt.payload:
            raise JobError("Away.", permanent=attempt.payload["fails"] == "for good")
        await doer(attempt)

    monkeypatch.setitem(MAKERS, KIND, made(run))
    return doer


def left(url: str, *payloads: dict[str, Any]) -> None:
    """Jobs that a server has left behind."""

    async def work() -> None:
        database = await open_database(url)
        for payload in payloads:
            await leave(payload, key=payload.get("key"))
        await database.close()

    asyncio.run(work())


def jobs(url: str, *arguments: str) -> list[str]:
    ended = CliRunner().invoke(app, ["jobs", *arguments, "--database", url])
    if ended.exception is not None and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return [" ".join(line.split()) for line in ended.output.splitlines()]


def test_jobs_are_done_listed_retried_and_dropped(database_url: str, doer: Doer) -> None:
    left(database_url, {"n": 1}, {"fails": "now", "key": "k"}, {"fails": "for good"}, {"n": 2})
    assert jobs(database_url, "list") == [
        *(f"{n} waiting test 0 now {'k' if n == 2 else '-'}" for n in range(1, 5)),
        "4 waiting.",
    ]
    assert jobs(database_url, "run") == ["Nothing is due any more."]
    assert doer.payloads == [{"n": 1}, {"n": 2}]
    failing, dead, counts = jobs(database_url, "list")
    assert failing.startswith("2 failing test 1 ")
    assert failing.endswith("Z k Away.")
    assert dead.startswith("3 dead test 1 ")
    assert counts == "1 failing, 1 dead."
    assert jobs(database_url, "list", "--limit", "1")[1:] == ["1 failing, 1 dead. The first 1 are shown."]
    assert jobs(database_url, "retry", "3") == ["1 to be tried again."]
    assert jobs(database_url, "run") == ["Nothing is due any more."]
    assert jobs(database_url, "list")[1].startswith("3 dead test 1 ")
    assert jobs(database_url, "retry", "--all") == ["2 to be tried again."]
    assert jobs(database_url, "retry", "--all") == ["None has failed."]
    assert jobs(database_url, "drop", "3") == ["Job 3 is forgotten."]
    assert jobs(database_url, "list") == ["2 waiting test 0 now k", "1 waiting."]
    assert jobs(database_url, "drop", "2") == ["Job 2 is forgotten."]
    assert jobs(database_url, "list") == ["Nothing to do."]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["retry"], "Name one job, or --all"),
        (["retry", "1", "--all"], "Name one job, or --all"),
        (["retry", "7"], "There is no job 7"),
        (["drop", "7"], "There is no job 7"),
    ],
)
def test_a_job_that_is_not_there_is_named(sqlite_url: str, arguments: list[str], words: str) -> None:
    ended = CliRunner().invoke(app, ["jobs", *arguments, "--database", sqlite_url])
    assert ended.exit_code == 1
    assert words in str(ended.exception)


async def test_the_server_does_jobs_and_ends_with_what_is_under_way(sqlite_url: str, doer: Doer) -> None:
    application = create_app(load_settings(database=sqlite_url))
    async with application.running():
        await leave({"n": 1})
        await until(lambda: len(doer.done) == 1)
        doer.gate.clear()
        await leave({"n": 2})
        await until(lambda: len(doer.begun) == 2)
        asyncio.get_running_loop().call_later(0.05, doer.gate.set)
    assert doer.payloads == [{"n": 1}, {"n": 2}]


async def test_a_server_without_any_kind_of_job_looks_at_nothing(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for kind in list(MAKERS):
        monkeypatch.delitem(MAKERS, kind)
    application = create_app(load_settings(database=sqlite_url))
    async with application.running():
        await leave({"n": 1})
    assert not list(tmp_path.glob("*-jobs*"))
