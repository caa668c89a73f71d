"""Threads come over as trees: whatever their parents are, whenever these come, and however deep they are."""

from dataclasses import replace

import pytest

from auth.policy import AuthPolicy
from models import Comment, ImportedRow
from resolvers.policy import Policy
from tests.transfer.importing.blogs import (
    PLAN,
    all_unchanged,
    author,
    category,
    comment,
    dump,
    imported,
    post,
)
from transfer.formats.records import Record, Visibility
from transfer.importing import Report
from transfer.importing.settling import CIRCLE, MISSING
from transfer.importing.threads import FOREIGN, TOO_DEEP

pytestmark = pytest.mark.usefixtures("database")
POSTS: list[Record] = [author(), category("kitchen"), post("1"), post("2")]


async def tree() -> dict[str, tuple[str | None, int, str, int]]:
    """By the body: the parent's, the depth, the status and the replies."""
    rows = await Comment.all()
    bodies = {row.id: row.body or "†" for row in rows}
    return {
        bodies[row.id]: (
            None if row.parent_id is None else bodies[row.parent_id],
            row.depth,
            row.status.value,
            row.reply_count,
        )
        for row in rows
    }


def changes(report: Report) -> dict[str, list[str]]:
    return {reason: those.examples for reason, those in report.kinds["comment"].changed.items()}


@pytest.mark.parametrize("at_once", [1, 5000])
async def test_parents_may_come_later(at_once: int) -> None:
    said = [
        comment("3", parent="2", body="c"),
        comment("2", parent="1", body="b"),
        comment("1", body="a"),
        comment("4", parent="3", body="d"),
    ]
    report = await imported([*POSTS, *said], at_once=at_once)
    assert await tree() == {
        "a": (None, 0, "APPROVED", 1),
        "b": ("a", 1, "APPROVED", 1),
        "c": ("b", 2, "APPROVED", 1),
        "d": ("c", 3, "APPROVED", 0),
    }
    assert not report.kinds["comment"].changed
    assert not await ImportedRow.filter(kind__in=["reply", "unsettled", "feed"]).exists()


async def test_parents_may_be_missing_foreign_or_the_comment_itself() -> None:
    said = [
        comment("1", parent="99", body="missing"),
        comment("2", parent="3", body="before foreign"),
        comment("3", "2", body="elsewhere"),
        comment("4", parent="3", body="after foreign"),
        comment("5", parent="5", body="itself"),
        comment("6", parent="7", body="first"),
        comment("7", parent="8", body="second"),
        comment("8", parent="6", body="third"),
        comment("9", parent="7", body="below"),
    ]
    report = await imported([*POSTS, *said])
    assert await tree() == {
        "missing": (None, 0, "APPROVED", 0),
        "before foreign": (None, 0, "APPROVED", 0),
        "elsewhere": (None, 0, "APPROVED", 0),
        "after foreign": (None, 0, "APPROVED", 0),
        "itself": (None, 0, "APPROVED", 0),
        "first": (None, 0, "APPROVED", 1),
        "third": ("first", 1, "APPROVED", 1),
        "second": ("third", 2, "APPROVED", 1),
        "below": ("second", 3, "APPROVED", 0),
    }
    assert changes(report) == {FOREIGN: ["4", "2"], MISSING: ["1"], CIRCLE: ["5", "6"]}
    before = await dump()
    assert all_unchanged(await imported([*POSTS, *said]))
    assert await dump() == before


@pytest.mark.parametrize("order", [1, -1])
async def test_what_is_too_deep_hangs_as_deep_as_it_may(order: int) -> None:
    said = [comment(str(n), parent=str(n - 1) if n > 1 else None, body=f"c{n}") for n in range(1, 6)]
    plan = replace(PLAN, policy=Policy(auth=AuthPolicy(deepest_reply=2)))
    report = await imported([*POSTS, *said[::order]], plan)
    assert await tree() == {
        "c1": (None, 0, "APPROVED", 1),
        "c2": ("c1", 1, "APPROVED", 3),
        "c3": ("c2", 2, "APPROVED", 0),
        "c4": ("c2", 2, "APPROVED", 0),
        "c5": ("c2", 2, "APPROVED", 0),
    }
    assert changes(report) == {TOO_DEEP: ["4", "5"]}


async def test_deleted_comments_keep_their_place_for_replies_only() -> None:
    said = [
        comment("1", body="gone", deleted=True, author="ada"),
        comment("2", parent="1", body="a"),
        comment("3", body="gone", deleted=True),
        comment("4", "2", body="b"),
    ]
    await imported([*POSTS, *said])
    rows = await Comment.all().order_by("id").values("body", "status", "author_id", "deleted_at")
    assert [(row["body"], row["status"], row["deleted_at"] is None) for row in rows] == [
        ("", "APPROVED", False),
        ("a", "APPROVED", True),
        ("", "HIDDEN", False),
        ("b", "APPROVED", True),
    ]
    assert rows[0]["author_id"] is None


async def test_what_hangs_under_what_nobody_saw_is_hidden() -> None:
    said = [
        comment("1", body="waits", visibility=Visibility.PENDING),
        comment("2", parent="1", body="a"),
        comment("3", body="refused", visibility=Visibility.HIDDEN),
        comment("4", parent="3", body="b"),
    ]
    await imported([*POSTS, *said])
    assert {body: status for body, (_, _, status, _) in (await tree()).items()} == {
        "waits": "PENDING",
        "a": "HIDDEN",
        "refused": "REJECTED",
        "b": "HIDDEN",
    }


async def test_a_thread_of_thousands_takes_no_longer_than_so_many_comments() -> None:
    said = [comment(str(n), parent=str(n - 1) if n > 1 else str(3000)) for n in range(1, 3001)]
    report = await imported([*POSTS, *said[::-1]])
    assert changes(report)[CIRCLE] == ["3000"]
    assert await Comment.all().count() == 3000
