from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transfer.formats.blogger_writing import (
    BLOG,
    IN_REPLY,
    archive,
    comment,
    entry,
    old_entry,
    reported,
    takeout,
)
from tests.transfer.formats.xml_writing import LINES, MOMENTS, NAMES, of, read
from transfer.formats.records import (
    Changed,
    Comment,
    Guest,
    LeftOut,
    Options,
    Post,
    Visibility,
)


def test_a_removed_comment_keeps_its_place_only_where_somebody_answered(tmp_path: Path) -> None:
    removed = "<gd:extendedProperty name='blogger.contentRemoved' value='true'/>"
    reply = f"<link rel='related' href='http://www.blogger.com/feeds/77/1/comments/default/2'/>{IN_REPLY}"
    parts = [
        old_entry(1),
        old_entry(2, "comment", removed + IN_REPLY, content="This comment has been removed by the author."),
        old_entry(3, "comment", reply),
        old_entry(4, "comment", removed + IN_REPLY),
    ]
    records = read(tmp_path, archive(*parts))
    assert [(item.deleted, item.body) for item in of(Comment, records)] == [(True, ""), (False, "Body")]
    assert of(Comment, records)[0].author == Guest()
    assert [(left.key[-1], left.reason) for left in of(LeftOut, records)] == [
        ("4", "It was deleted, and nobody had answered it.")
    ]


@pytest.mark.parametrize(
    ("status", "is_dated", "reason"),
    [
        ("LIVE", True, ""),
        ("SCHEDULED", True, ""),
        ("DRAFT", False, ""),
        ("NEW_WORD", False, "Its status is unknown: it became a draft."),
    ],
)
def test_only_what_was_public_is_dated(tmp_path: Path, status: str, is_dated: bool, reason: str) -> None:
    records = read(tmp_path, takeout(entry(1, status=status)))
    assert [post.published_at is not None for post in of(Post, records)] == [is_dated]
    assert [change.reason for change in of(Changed, records)] == [reason] * bool(reason)


@pytest.mark.parametrize("status", ["PENDING", "GHOSTED", "NEW_WORD"])
def test_comments_in_a_state_that_is_unknown_wait(tmp_path: Path, status: str) -> None:
    records = read(tmp_path, takeout(entry(1), comment(2, status)))
    assert [item.visibility for item in of(Comment, records)] == [Visibility.PENDING]
    assert [change.reason for change in of(Changed, records)] == [
        "Its state is unknown: it waits for a moderator."
    ]


def test_comments_share_the_fate_of_their_post(tmp_path: Path) -> None:
    parts = [
        comment(3, on=9),
        comment(4, on=1),
        comment(5, "SOFT_TRASHED", on=2),
        entry(1, status="SOFT_TRASHED"),
        entry(2),
    ]
    assert [(left.key[-1], left.reason) for left in of(LeftOut, read(tmp_path, takeout(*parts)))] == [
        ("3", "Its post is not in the file."),
        ("4", "Its post is in the trash."),
        ("5", "It is in the trash."),
        ("1", "It is in the trash."),
    ]


def test_a_guest_who_calls_himself_like_an_author_is_a_guest(tmp_path: Path) -> None:
    records = read(
        tmp_path, takeout(entry(1), comment(2, author="Maud"), comment(3, author="Maud", account="BLOGGER"))
    )
    assert [item.author for item in of(Comment, records)] == [Guest(name="Maud"), "Maud"]


ENTRIES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["POST", "POST", "PAGE", "COMMENT"]),
        "status": st.sampled_from(["LIVE", "LIVE", "DRAFT", "SOFT_TRASHED", "SPAM_COMMENT"]),
        "author": LINES,
        "title": LINES,
        "content": NAMES,
        "moment": MOMENTS,
        "labels": st.lists(st.sampled_from(["a b", "R&D", "é<"]), max_size=2, unique=True),
        "parent": st.integers(1, 8),
        "answered": st.integers(0, 8),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTRIES, max_size=8))
def test_what_is_written_is_read_back(tmp_path: Path, entries: list[dict[str, Any]]) -> None:
    written = [_written(number, fields) for number, fields in enumerate(entries, 1)]
    records = read(tmp_path, takeout(*written), Options(url="https://a.example/"))
    assert reported(records) == Counter(fields["kind"] for fields in entries)
    posts = {int(post.key.rpartition("-")[2]): post for post in of(Post, records)}
    for number, post in posts.items():
        fields = entries[number - 1]
        assert (post.body, post.created_at, post.tags) == (
            fields["content"],
            fields["moment"],
            tuple(fields["labels"]),
        )
        assert post.author == (fields["author"] or None)
        assert post.base == f"https://a.example/{number}.html"
        assert (post.published_at is not None) == (fields["status"] == "LIVE")
    for item in of(Comment, records):
        fields = entries[int(item.key.rpartition("-")[2]) - 1]
        assert item.post == f"{BLOG}.post-{fields['parent']}"
        assert item.parent == (f"{BLOG}.post-{fields['answered']}" if fields["answered"] else None)
        assert (item.author, item.body) == (Guest(name=fields["author"]), fields["content"])


def _written(number: int, fields: dict[str, Any]) -> str:
    is_comment = fields["kind"] == "COMMENT"
    return entry(
        number,
        fields["kind"],
        fields["status"],
        author=fields["author"],
        account="ANONYMOUS",
        title=fields["title"],
        content=fields["content"],
        date=f"{fields['moment']:%Y-%m-%dT%H:%M:%SZ}",
        path=f"/{number}.html",
        labels="|".join(fields["labels"]),
        parent=str(fields["parent"]) if is_comment else "",
        answered=str(fields["answered"] or "") if is_comment else "",
    )
