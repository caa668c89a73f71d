"""What is written beside posts and comments so that they are found, in the unit of work of what is written.

Only texts count here. Who sees a hit is asked of the rows as they are, so that what is decided about a comment, or when
a post comes out, is nothing to be written here.
"""

# ruff: noqa: S608 - the statements below are put together from texts of ours
import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from models import Comment, Post
from resolvers import many
from search import documents
from search.documents import Document
from search.marking import plain
from search.places import place
from storage import dialect, execute, execute_many

LONG = 10_000
"""Characters of HTML whose words take longer to be found than others should wait."""
INTO = "INSERT INTO search_documents (id, post_id, comment_id, words)"
AGAIN = (
    "ON CONFLICT (id) DO UPDATE SET "
    "words = EXCLUDED.words, post_id = EXCLUDED.post_id, comment_id = EXCLUDED.comment_id"
)
POST_DOCUMENTS = "DELETE FROM search_documents WHERE comment_id IS NULL AND {among}"


class Row(NamedTuple):
    """A row of what is found."""

    id: int
    post_id: int
    comment_id: int | None
    words: str


class FoundComment(NamedTuple):
    """What of a comment counts here."""

    id: int
    post_id: int
    body_html: str
    created_at: datetime


async def prepare(title: str, html: str, language: str) -> None:
    """Find the words of a long post; to be called before its unit of work, which finds them found."""
    if len(html) > LONG:
        await asyncio.to_thread(_post_documents, title, html, language)


async def note_post(post: Post, changed: Collection[str] | None = None) -> None:
    """Have a post found as it is now; with the columns that have changed, if any of them matter."""
    if changed is not None and not {*changed} & {"title", "body_html", "language", "published_at"}:
        return
    if changed is not None:
        await execute(POST_DOCUMENTS.format(among=many.among("post_id")), [many.as_list([post.id])])
    await write(rows_of_post(post))


async def note_comment(post: Post, comment: Comment) -> None:
    """Have a comment found as it is now."""
    await write([row_of_comment(post.language, comment)])


async def forget_comment(comment: Comment) -> None:
    """Have a comment found no longer; a row that goes takes its words with it."""
    await execute(
        f"DELETE FROM search_documents WHERE {many.among('comment_id')}", [many.as_list([comment.id])]
    )


def rows_of_post(post: Any) -> list[Row]:
    """What a post is found by."""
    plainly, by_title = _post_documents(post.title, post.body_html, post.language)
    return [
        Row(place(post.published_at, post.id, of_post=True, by_title=titled), post.id, None, _words(document))
        for document, titled in ((plainly, False), (by_title, True))
    ]


def row_of_comment(language: str, comment: Any) -> Row:
    """What a comment is found by, under a post of this language."""
    document = documents.of_comment(plain(comment.body_html), language)
    at = place(comment.created_at, comment.id, of_post=False)
    return Row(at, comment.post_id, comment.id, _words(document))


async def write(rows: Sequence[Row]) -> None:
    """Write the rows, over what is there of them."""
    if not rows:
        return
    if dialect() == "sqlite":
        columns = ", ".join(f"value->>{number}" for number in range(4))
        sql = f"{INTO} SELECT {columns} FROM json_each(?) WHERE true {AGAIN}"
        await execute(sql, [orjson.dumps([[*row] for row in rows]).decode()])
    elif len(rows) == 1:
        await execute(f"{INTO} VALUES ($1, $2, $3, $4) {AGAIN}", [*rows[0]])
    else:
        await execute_many(f"{INTO} VALUES ($1, $2, $3, $4) {AGAIN}", rows)


def _words(document: Document) -> str:
    return document.line() if dialect() == "sqlite" else document.vector()


@lru_cache(maxsize=4)
def _post_documents(title: str, html: str, language: str) -> tuple[Document, Document]:
    return documents.of_post(title, plain(html), language)
