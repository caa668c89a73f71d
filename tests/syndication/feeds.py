"""Feeds for the tests, with all that they can have."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from syndication import DeletedEntry, Entry, Feed, Label, Person, Reference, Replies

MOMENT = datetime(2024, 5, 31, 22, 30, 15, 123456, tzinfo=UTC)
LATER = datetime(2024, 6, 2, 8, 0, tzinfo=UTC)
SITE = "https://blog.example"
POST = "tag:blog.example,2024-01-01:00000000/post_7"
COMMENT = "tag:blog.example,2024-01-01:00000000/comment_3"


def entry(**values: Any) -> Entry:
    made = Entry(
        id=COMMENT,
        url=f"{SITE}/posts/a#comment_3",
        title="Re: A",
        html="<p>Hello</p>",
        author=Person("Ada", f"{SITE}/people/ada"),
        published=MOMENT,
        updated=LATER,
        language="fr",
        summary="Hello",
        labels=(Label("b-c", "B & C"),),
        in_reply_to=Reference(POST, f"{SITE}/posts/a", f"{SITE}/posts/a/comments.atom"),
        replies=Replies(2, f"{SITE}/comments/comment_3/comments.atom", f"{SITE}/posts/a#comment_3", LATER),
    )
    return replace(made, **values)


def feed(*entries: Entry | DeletedEntry, **values: Any) -> Feed:
    made = Feed(
        id="tag:blog.example,2024-01-01:00000000/comments",
        title="Comments: Blog",
        subtitle="About this",
        url=f"{SITE}/",
        language="en",
        self_url=f"{SITE}/comments.atom?after=x",
        first_url=f"{SITE}/comments.atom",
        next_url=f"{SITE}/comments.atom?after=y%26z",
        entries=entries,
        begun=MOMENT,
    )
    return replace(made, **values)
