"""Ids that lead nowhere, given to each mutation that takes one: NotFound, and the rows are what they were."""

from collections.abc import Callable
from typing import Any

import pytest

from storage import Database
from tests.endtoend.accounts import NOBODY, tokens
from tests.endtoend.asking import Client
from tests.endtoend.sample_rows import SampleRows, sample_rows
from tests.resolvers.rows import all_rows

TAKES_AN_ID: dict[str, Callable[[str, SampleRows], Any]] = {  # by the mutation and what the id is there
    "updateCategory": lambda id_, _: {"id": id_, "name": "n"},
    "updateCategory under": lambda id_, s: {"id": s.category, "parent": id_},
    "createCategory under": lambda id_, _: {"name": "n", "parent": id_},
    "deleteCategory": lambda id_, _: id_,
    "createPost": lambda id_, _: {"title": "t", "body": "b", "category": id_},
    "updatePost": lambda id_, _: {"id": id_, "title": "t"},
    "updatePost into": lambda id_, s: {"id": s.post, "category": id_},
    "publishPost": lambda id_, _: id_,
    "deletePost": lambda id_, _: id_,
    "addComment": lambda id_, _: {"post": id_, "body": "b"},
    "addComment to": lambda id_, s: {"post": s.post, "parent": id_, "body": "b"},
    "editComment": lambda id_, _: {"id": id_, "body": "b"},
    "deleteComment": lambda id_, _: id_,
    "setCommentStatus": lambda id_, _: {"id": id_, "status": "SPAM"},
}
NOWHERE = (
    *("", "_", "1", "post_", "post_0", "post_-1", "post_+1", "post_1.0", "post_1e0", "post_0x1", "post_1_1"),
    *("category_999999", "post_999999", "comment_999999", "user_1", "POST_1", "Post_1", "draft_1", "post"),
    *(
        "post_9223372036854775807",
        "post_9223372036854775808",
        "post_" + "9" * 5000,
        "post_\u0661",
        "post_\uff11",
    ),
    *(" post_1", "post_1 ", "post_1\n", "post_1\x00", "\x00", "post_1; DROP TABLE posts", "💬", "x" * 10_000),
    *("category_9223372036854775808", "comment_" + "9" * 5000, "category_", "comment_\u0661", "comment_-1"),
)


@pytest.mark.parametrize("mutation", TAKES_AN_ID)
async def test_an_id_that_leads_nowhere_is_not_found(client: Client, rows: Database, mutation: str) -> None:
    samples, held = await sample_rows(), await tokens()
    before = await all_rows()
    for id_ in NOWHERE:
        given = TAKES_AN_ID[mutation](id_, samples)
        answer = await client.do(mutation.partition(" ")[0], given, held["admin"])
        assert answer["data"]["outcome"]["__typename"] == "NotFound", id_
    assert await all_rows() == before


@pytest.mark.parametrize("mutation", TAKES_AN_ID)
async def test_nobody_learns_whether_an_id_leads_somewhere(
    client: Client, rows: Database, mutation: str
) -> None:
    samples, held = await sample_rows(), await tokens()
    name = mutation.partition(" ")[0]
    for who in NOBODY:
        answers = [
            await client.do(name, TAKES_AN_ID[mutation](id_, samples), held[who])
            for id_ in ("post_999999", "", samples.post, samples.category, samples.comment)
        ]
        assert answers == answers[:1] * len(answers)
        assert answers[0]["data"]["outcome"]["__typename"] == "NotSignedIn"


async def test_ids_of_other_kinds_are_not_found(client: Client, rows: Database) -> None:
    samples, held = await sample_rows(), await tokens()
    kinds = {"category": samples.category, "post": samples.post, "comment": samples.comment}
    takes = {
        "updateCategory": "category",
        "deleteCategory": "category",
        "createPost": "category",
        "updatePost": "post",
        "publishPost": "post",
        "deletePost": "post",
        "addComment": "post",
        "addComment to": "comment",
        "editComment": "comment",
        "deleteComment": "comment",
        "setCommentStatus": "comment",
    }
    before = await all_rows()
    for mutation, right in takes.items():
        for kind, id_ in kinds.items():
            if kind != right:
                given = TAKES_AN_ID[mutation](id_, samples)
                answer = await client.do(mutation.split()[0], given, held["admin"])
                assert answer["data"]["outcome"]["__typename"] == "NotFound", (mutation, kind)
    assert await all_rows() == before
