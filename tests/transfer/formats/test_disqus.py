import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transfer.formats.xml_writing import LINES, MOMENTS, NAMES, SAMPLES, cdata, of, read, sample
from transfer.formats.disqus_addresses import page_path, real_address, unwrapped
from transfer.formats.records import (
    Changed,
    Comment,
    Guest,
    LeftOut,
    Options,
    Post,
    PostKind,
    Record,
    Visibility,
)

SAMPLE = "by-hand-disqus.xml"
HEAD = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
"""


def thread(number: int, link: str = "https://a.example/1/", title: str = "Title", **fields: object) -> str:
    own = {"createdAt": "2021-03-28T00:31:00Z", "isClosed": "false", "isDeleted": "false", **fields}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in own.items())
    link, title = html.escape(link), html.escape(title)
    return f'<thread dsq:id="{number}"><link>{link}</link><title>{title}</title>{inner}</thread>\n'


def post(
    number: int,
    on: int = 1,
    parent: int = 0,
    message: str = "<p>Text</p>",
    name: str = "Ann",
    **fields: object,
) -> str:
    own = {"createdAt": "2021-03-28T01:15:00Z", "isDeleted": "false", "isSpam": "false", **fields}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in own.items())
    author = f"<author><name>{html.escape(name)}</name><isAnonymous>true</isAnonymous></author>"
    above = f'<parent dsq:id="{parent}"/>' if parent else ""
    message = f"<message>{cdata(message)}</message>"
    return f'<post dsq:id="{number}"><id/>{message}{inner}{author}<thread dsq:id="{on}"/>{above}</post>\n'


def disqus(*parts: str) -> str:
    return f"{HEAD}{''.join(parts)}</disqus>"


def reported(records: list[Record]) -> Counter[str]:
    """Threads and posts that the reader tells of: pages, those that are one with others, comments, and the rest."""
    found: Counter[str] = Counter(thread=len(of(Post, records)), post=len(of(Comment, records)))
    found.update(
        "thread"
        for change in of(Changed, records)
        if change.kind == "thread" and "same page" in change.reason
    )
    found.update({"comment": "post"}.get(left.kind, left.kind) for left in of(LeftOut, records))
    return found


def test_all_that_an_export_has_is_read_or_left_out_for_a_reason() -> None:
    text = (SAMPLES / SAMPLE).read_text(encoding="utf-8")
    assert reported(sample(SAMPLE)) == Counter(
        re.findall(r"^<(thread|post|category) dsq:id=\"\d+\">$", text, re.MULTILINE)
    )


def test_pages_come_over_and_what_is_said_of_them() -> None:
    records = sample(SAMPLE)
    pages = [(page.key, page.kind, page.title, page.paths, page.comments_open) for page in of(Post, records)]
    assert pages == [
        ("11", PostKind.EXTERNAL, "L’écluse de l’aube & autres", ("/2021/03/lecluse-de-laube/",), True),
        ("14", PostKind.EXTERNAL, "Fermé", ("/ferme/",), False),
    ]
    comments = {comment.key: comment for comment in of(Comment, records)}
    assert {key: (comment.post, comment.parent) for key, comment in comments.items()} == {
        "103": ("11", "101"),
        "101": ("11", None),
        "104": ("11", None),
        "105": ("11", "101"),
        "106": ("11", "105"),
        "109": ("14", "108"),
        "111": ("11", None),
    }
    assert comments["101"].author == Guest(name="Tom & Ann")
    assert (comments["105"].deleted, comments["105"].body, comments["105"].author) == (True, "", Guest())
    assert '<a href="https://example.org/a" rel=' in comments["103"].body
    assert [(left.kind, left.key, left.reason) for left in of(LeftOut, records)] == [
        ("category", "100", "Categories of threads have no place here."),
        ("thread", "13", "Nobody commented there."),
        ("thread", "15", "Its thread was deleted."),
        ("comment", "107", "It was marked as spam."),
        ("comment", "108", "It belongs to a thread that the file does not have."),
        ("comment", "110", "Its thread was deleted."),
    ]


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("https://a.example/b/", "/b/"),
        ("http://www.a.example/b", "/b/"),
        ("https://a.example/b/?utm_source=x&utm_medium=y&fbclid=z", "/b/"),
        ("https://a.example/b/index.html#comments", "/b/"),
        ("https://a.example/b.html", "/b.html"),
        ("https://a.example/?p=18", "/?p=18"),
        ("https://a.example", "/"),
        ("http://localhost:4000/b/", "/b/"),
        ("https://translate.google.com/translate?hl=fr&u=http://a.example/b/", "/b/"),
        ("http://webcache.googleusercontent.com/search?q=cache:x1y:a.example/b/+words", "/b/"),
        ("javascript:x", ""),
        ("", ""),
        ("http://[x", ""),
    ],
)
def test_a_page_is_known_by_its_path_however_it_was_opened(address: str, path: str) -> None:
    assert page_path(real_address(address)) == path


def test_threads_of_one_page_are_one_with_an_address_that_everybody_can_open(tmp_path: Path) -> None:
    threads = [
        thread(1, "http://localhost:4000/b/", "http://x"),
        thread(2, "https://a.example/b?utm_source=x"),
        thread(3, "https://a.example/c/"),
    ]
    records = read(tmp_path, disqus(*threads, post(9, 1), post(8, 2)))
    (page,) = of(Post, records)
    assert (page.key, page.title, page.address) == ("1", "/b/", "https://a.example/b?utm_source=x")
    assert {comment.post for comment in of(Comment, records)} == {"1"}


def test_a_page_that_was_only_opened_at_home_is_where_the_blog_is(tmp_path: Path) -> None:
    content = disqus(thread(1, "http://localhost:4000/b/"), post(9, 1))
    (page,) = of(Post, read(tmp_path, content, Options(url="https://a.example/")))
    assert page.address == "https://a.example/b/"


def test_a_deleted_comment_keeps_its_place_only_where_somebody_answered(tmp_path: Path) -> None:
    gone: dict[str, Any] = {"isDeleted": "true"}
    posts = [
        post(2, parent=1, **gone),
        post(1, **gone),
        post(3, parent=2),
        post(4, **gone),
        post(5, parent=4, **gone),
        post(6, parent=4, isSpam="true"),
    ]
    records = read(tmp_path, disqus(thread(1), *posts))
    assert [(comment.key, comment.deleted) for comment in of(Comment, records)] == [
        ("2", True),
        ("1", True),
        ("3", False),
    ]
    assert [(left.key, left.reason) for left in of(LeftOut, records)] == [
        ("4", "It was deleted, and nobody had answered it."),
        ("5", "It was deleted, and nobody had answered it."),
        ("6", "It was marked as spam."),
    ]


def test_deleted_comments_in_a_circle_are_left_out(tmp_path: Path) -> None:
    posts = [post(1, parent=2, isDeleted="true"), post(2, parent=1, isDeleted="true"), post(3, parent=3)]
    records = read(tmp_path, disqus(thread(1), *posts))
    assert [(comment.key, comment.parent) for comment in of(Comment, records)] == [("3", "3")]


def test_comments_may_all_have_to_wait(tmp_path: Path) -> None:
    records = read(tmp_path, disqus(thread(1), post(1)), Options(pending=True))
    assert [comment.visibility for comment in of(Comment, records)] == [Visibility.PENDING]


@pytest.mark.parametrize(
    ("wrapped", "link"),
    [
        ("https://disq.us/url?url=https%3A%2F%2Fb.example%2Fa%3Ax3kd8&amp;cuid=1", "https://b.example/a"),
        (
            "http://disq.us/url?url=http%3A%2F%2Fb.example%2F%3Fa%3D1%26b%3D2%3Ax-_8&amp;cuid=1",
            "http://b.example/?a=1&amp;b=2",
        ),
        ("https://disq.us/url?url=https%3A%2F%2Fb.example%3A8000%2Fa", "https://b.example:8000/a"),
        ("https://disq.us/url?url=javascript%3Ax%3Ay", "https://disq.us/url?url=javascript%3Ax%3Ay"),
    ],
)
def test_links_lead_where_they_say(wrapped: str, link: str) -> None:
    assert unwrapped(f'<a href="{wrapped}">x</a>') == f'<a href="{link}">x</a>'


def test_broken_files_give_what_they_have(tmp_path: Path) -> None:
    whole = disqus(
        thread(1), post(1), post(1, message="second"), post(2, createdAt="2021-02-30T00:00:00Z"), post(3)
    )
    records = read(tmp_path, whole[: whole.index('dsq:id="3"') + 40].replace("<isSpam>", "<isSpam><x>", 1))
    assert [comment.key for comment in of(Comment, records)] == ["1", "1~2", "2"]
    assert [(change.key, change.reason) for change in of(Changed, records)][:3] == [
        ("1", "Its XML is broken: what could be read came over."),
        ("1~2", "Its id is that of another one, too."),
        ("2", "Its date does not exist: another one of the file was taken."),
    ]
    assert [(left.kind, left.key) for left in of(LeftOut, records)] == [("comment", "3")]


ENTRIES = st.fixed_dictionaries(
    {
        "on": st.integers(1, 4),
        "parent": st.integers(0, 8),
        "name": LINES,
        "message": NAMES,
        "moment": MOMENTS,
        "isDeleted": st.booleans(),
        "isSpam": st.booleans(),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTRIES, max_size=8))
def test_what_is_written_is_read_back(tmp_path: Path, entries: list[dict[str, Any]]) -> None:
    threads = [thread(number, f"https://a.example/{number}/") for number in (1, 2, 3)]
    posts = [
        post(
            number,
            entry["on"],
            entry["parent"],
            entry["message"],
            entry["name"],
            createdAt=f"{entry['moment']:%Y-%m-%dT%H:%M:%SZ}",
            isDeleted=str(entry["isDeleted"]).lower(),
            isSpam=str(entry["isSpam"]).lower(),
        )
        for number, entry in enumerate(entries, 1)
    ]
    records = read(tmp_path, disqus(*threads, *posts))
    assert reported(records) == Counter(thread=3, post=len(entries))
    comments = {comment.key: comment for comment in of(Comment, records) if not comment.deleted}
    assert {
        key: (comment.post, comment.parent, comment.author, comment.body, comment.created_at)
        for key, comment in comments.items()
    } == {
        str(number): (
            str(entry["on"]),
            str(entry["parent"]) if entry["parent"] else None,
            Guest(name=entry["name"]),
            entry["message"],
            entry["moment"],
        )
        for number, entry in enumerate(entries, 1)
        if entry["on"] < 4 and not entry["isDeleted"] and not entry["isSpam"]
    }
