"""Each mutation by each kind of client, over HTTP: what is refused is named, and the rows are what they were."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from storage import Database
from tests.endtoend.accounts import DEMOTED, EVERYBODY, NOBODY, tokens
from tests.endtoend.asking import Client, capitalised
from tests.endtoend.sample_rows import SampleRows, sample_rows
from tests.resolvers.rows import all_rows

Refused = Mapping[str, str]
DONE, NEVER = True, False

ANONYMOUS: Refused = dict.fromkeys(NOBODY, "NotSignedIn")
NO_READERS: Refused = {**ANONYMOUS, DEMOTED: "NotAllowed", "reader": "NotAllowed"}
NO_AUTHORS: Refused = {**NO_READERS, "author": "NotAllowed"}
ONLY_ADMINS: Refused = {**NO_AUTHORS, "moderator": "NotAllowed"}
HIDDEN: Refused = {**ANONYMOUS, **dict.fromkeys((DEMOTED, "reader", "author"), "NotFound")}
HIDDEN_FROM_ALL_BUT_ADMINS: Refused = {**HIDDEN, "moderator": "NotFound"}


def all_but_nobody(member: str) -> Refused:
    return {**dict.fromkeys(EVERYBODY, member), **ANONYMOUS}


@dataclass(frozen=True)
class Attempt:
    """A mutation, what it is given, and whether anybody may; `refused` are those who may not."""

    mutation: str
    given: Callable[[SampleRows], Any]
    done: bool
    refused: Refused = field(default_factory=lambda: ANONYMOUS)


def new_post(samples: SampleRows) -> dict[str, str]:
    return {"title": "t", "body": "b", "category": samples.category}


def filed(samples: SampleRows) -> dict[str, Any]:
    """Everything that says where a post stands, and what it is."""
    return {
        "categories": [samples.empty_category, samples.category],
        "tags": ["unheard of"],
        "kind": "PAGE",
        "bodyFormat": "HTML",
        "pinned": True,
    }


ATTEMPTS = {
    "change the profile": Attempt("updateProfile", lambda _: {"bio": "b"}, DONE),
    "make a category": Attempt("createCategory", lambda _: {"name": "n"}, DONE, ONLY_ADMINS),
    "change a category": Attempt(
        "updateCategory", lambda s: {"id": s.category, "name": "n"}, DONE, ONLY_ADMINS
    ),
    "delete a category": Attempt("deleteCategory", lambda s: s.empty_category, DONE, ONLY_ADMINS),
    "write a post": Attempt("createPost", new_post, DONE, NO_READERS),
    "write a post and file it": Attempt(
        "createPost", lambda s: {"title": "t", "body": "b", **filed(s)}, DONE, NO_READERS
    ),
    "file a post elsewhere": Attempt("updatePost", lambda s: {"id": s.post, **filed(s)}, DONE, ONLY_ADMINS),
    "file a draft elsewhere": Attempt(
        "updatePost", lambda s: {"id": s.draft, **filed(s)}, DONE, HIDDEN_FROM_ALL_BUT_ADMINS
    ),
    "show somebody's picture above a post": Attempt(
        "createPost",
        lambda s: {**new_post(s), "image": s.image},
        DONE,
        {**NO_READERS, "author": "NotFound", "moderator": "NotFound"},
    ),
    "change the picture of a post": Attempt(
        "updatePost", lambda s: {"id": s.post, "image": s.image}, DONE, ONLY_ADMINS
    ),
    "take somebody's picture for oneself": Attempt(
        "updateProfile",
        lambda s: {"avatar": s.image},
        DONE,
        {who: member for who, member in all_but_nobody("NotFound").items() if who != "admin"},
    ),
    "comment as a guest": Attempt(
        "addComment",
        lambda s: {"post": s.post, "body": "b", "guest": {"name": "Ann"}},
        DONE,
        dict.fromkeys((DEMOTED, "reader", "author", "moderator", "admin"), "InvalidInput"),
    ),
    "change a post": Attempt("updatePost", lambda s: {"id": s.post, "title": "t"}, DONE, ONLY_ADMINS),
    "unpublish a post": Attempt(
        "updatePost", lambda s: {"id": s.post, "publishedAt": None}, DONE, ONLY_ADMINS
    ),
    "delete a post": Attempt("deletePost", lambda s: s.post, DONE, ONLY_ADMINS),
    "change a draft": Attempt(
        "updatePost", lambda s: {"id": s.draft, "title": "t"}, DONE, HIDDEN_FROM_ALL_BUT_ADMINS
    ),
    "publish a draft": Attempt("publishPost", lambda s: s.draft, DONE, HIDDEN_FROM_ALL_BUT_ADMINS),
    "publish a scheduled post": Attempt(
        "publishPost", lambda s: s.scheduled, DONE, HIDDEN_FROM_ALL_BUT_ADMINS
    ),
    "delete a draft": Attempt("deletePost", lambda s: s.draft, DONE, HIDDEN_FROM_ALL_BUT_ADMINS),
    "comment": Attempt("addComment", lambda s: {"post": s.post, "body": "b"}, DONE),
    "reply": Attempt("addComment", lambda s: {"post": s.post, "parent": s.comment, "body": "b"}, DONE),
    "comment on a draft": Attempt(
        "addComment",
        lambda s: {"post": s.draft, "body": "b"},
        NEVER,
        {**HIDDEN_FROM_ALL_BUT_ADMINS, "admin": "NotAllowed"},
    ),
    "comment where comments are closed": Attempt(
        "addComment", lambda s: {"post": s.closed, "body": "b"}, NEVER, all_but_nobody("CommentsClosed")
    ),
    "reply to a rejected comment": Attempt(
        "addComment",
        lambda s: {"post": s.post, "parent": s.rejected, "body": "b"},
        NEVER,
        {**HIDDEN, "moderator": "NotAllowed", "admin": "NotAllowed"},
    ),
    "reply to a deleted comment": Attempt(
        "addComment",
        lambda s: {"post": s.post, "parent": s.tombstone, "body": "b"},
        NEVER,
        all_but_nobody("NotAllowed"),
    ),
    "reply under another post": Attempt(
        "addComment",
        lambda s: {"post": s.post, "parent": s.under_draft, "body": "b"},
        NEVER,
        all_but_nobody("NotFound"),
    ),
    "edit a comment": Attempt("editComment", lambda s: {"id": s.comment, "body": "b"}, DONE, ONLY_ADMINS),
    "edit a pending comment": Attempt(
        "editComment",
        lambda s: {"id": s.pending, "body": "b"},
        DONE,
        {**HIDDEN, "moderator": "NotAllowed"},
    ),
    "edit a deleted comment": Attempt(
        "editComment", lambda s: {"id": s.tombstone, "body": "b"}, NEVER, all_but_nobody("NotAllowed")
    ),
    "delete a comment": Attempt("deleteComment", lambda s: s.comment, DONE, NO_AUTHORS),
    "delete a rejected comment": Attempt("deleteComment", lambda s: s.rejected, DONE, HIDDEN),
    "delete a comment under a draft": Attempt(
        "deleteComment", lambda s: s.under_draft, DONE, HIDDEN_FROM_ALL_BUT_ADMINS
    ),
    "decide about a comment": Attempt(
        "setCommentStatus", lambda s: {"id": s.comment, "status": "SPAM"}, DONE, NO_AUTHORS
    ),
    "give a role": Attempt("setRole", lambda s: {"user": s.author, "role": "ADMIN"}, DONE, ONLY_ADMINS),
    "decide about a pending comment": Attempt(
        "setCommentStatus", lambda s: {"id": s.pending, "status": "APPROVED"}, DONE, HIDDEN
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
async def test_what_is_refused_is_named_and_changes_nothing(
    client: Client, rows: Database, attempt: Attempt
) -> None:
    given, held = attempt.given(await sample_rows()), await tokens()
    before = await all_rows()
    for who, member in attempt.refused.items():
        answer = await client.do(attempt.mutation, given, held[who])
        assert answer["data"]["outcome"]["__typename"] == member, who
        assert answer["data"]["outcome"]["message"]
        assert await all_rows() == before, who


@pytest.mark.parametrize(
    "attempt",
    [attempt for attempt in ATTEMPTS.values() if attempt.done],
    ids=[name for name, attempt in ATTEMPTS.items() if attempt.done],
)
async def test_it_is_done_for_those_who_may(client: Client, rows: Database, attempt: Attempt) -> None:
    held = await tokens()
    for who in EVERYBODY:
        if who in attempt.refused:
            continue
        given = attempt.given(await sample_rows())
        before = await all_rows()
        answer = await client.do(attempt.mutation, given, held[who])
        payload = f"{capitalised(attempt.mutation)}Payload"
        assert (answer["data"], answer.get("errors")) == ({"outcome": {"__typename": payload}}, None), who
        assert await all_rows() != before, who
