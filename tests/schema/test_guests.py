"""Guests and what they write, in everybody's eyes."""

import json
from itertools import product
from typing import Any

import schema
from auth.policy import AuthPolicy, GuestPolicy
from compiler import Engine
from models import Comment, CommentStatus, Role, User
from resolvers.policy import Policy
from storage import Database
from tests import factories
from tests.resolvers.rows import ROLES, viewing
from tests.schema.mutating import Client, Context, note

ADD = """mutation ($input: AddCommentInput!) {
    addComment(input: $input) {
        status comment { id body author { name username isGuest email } viewerCanEdit viewerCanDelete }
        commentEdge { cursor node { id } } error { ...failure }
    }
}"""
ANN = {"name": "Ann", "email": "ann@example.org", "website": "https://ann.example"}


def policy(guests: GuestPolicy) -> Policy:
    return Policy(auth=AuthPolicy(guests=guests))


def client(database: Database, guests: GuestPolicy) -> Client:
    """A server that takes guests, or does not."""
    made = Client(database)
    made.engine = Engine(
        schema.build(), database, placeholders=schema.PLACEHOLDERS, describe=note, policy=policy(guests)
    )
    return made


async def added(to: Client, guests: GuestPolicy, by: User | None = None, **given: Any) -> Any:
    """What addComment answers."""
    post = await factories.post()
    context = Context(viewing(by), policy=policy(guests))
    values = {"post": f"post_{post.id}", "body": "Hello.", "guest": ANN, **given}
    answer = await to.send(context, ADD, {"input": values})
    assert "errors" not in answer, answer
    return answer["data"]["addComment"]


async def test_a_guest_sees_their_comment_where_the_site_is_open(database: Database) -> None:
    answer = await added(client(database, GuestPolicy.OPEN), GuestPolicy.OPEN)
    id_ = answer["comment"].pop("id")
    assert answer["comment"] == {
        "body": "Hello.",
        "author": {"name": "Ann", "username": None, "isGuest": True, "email": None},
        "viewerCanEdit": False,
        "viewerCanDelete": False,
    }
    assert (answer["status"], answer["error"]) == ("APPROVED", None)
    assert answer["commentEdge"]["node"] == {"id": id_}


async def test_a_guest_is_told_that_a_comment_waits(database: Database) -> None:
    answer = await added(client(database, GuestPolicy.HELD), GuestPolicy.HELD)
    assert answer == {"status": "PENDING", "comment": None, "commentEdge": None, "error": None}
    assert (await Comment.all().first()).status is CommentStatus.PENDING  # type: ignore[union-attr]


async def test_refusals_are_what_clients_know(database: Database) -> None:
    off, open_ = client(database, GuestPolicy.OFF), client(database, GuestPolicy.OPEN)
    reader = await factories.user()
    nothing = {"status": None, "comment": None, "commentEdge": None}
    refused = await added(off, GuestPolicy.OFF)
    assert refused == {**nothing, "error": {"__typename": "NotSignedIn", "message": "Sign in first."}}
    refused = await added(open_, GuestPolicy.OPEN, guest=None)
    assert refused["error"]["__typename"] == "NotSignedIn"
    refused = await added(open_, GuestPolicy.OPEN, reader)
    assert [each["field"] for each in refused["error"]["fields"]] == ["guest"]
    refused = await added(open_, GuestPolicy.OPEN, guest={"name": "", "email": "x"})
    assert refused["error"]["fields"] == [
        {"field": "guest.name", "message": "The name is empty."},
        {"field": "guest.email", "message": "This is not an e-mail address."},
    ]
    assert await Comment.all().count() == 0


async def test_who_writes_with_an_account_is_told_the_status_too(database: Database) -> None:
    reader = await factories.user()
    answer = await added(client(database, GuestPolicy.OFF), GuestPolicy.OFF, reader, guest=None)
    assert answer["status"] == "APPROVED"
    assert answer["comment"]["author"]["isGuest"] is False


EVERY_WAY = """query ($guest: ID!, $post: ID!, $comment: ID!, $ids: [ID!]!) {
    user(by: {id: $guest}) { ...person }
    node(id: $guest) { ... on User { ...person } }
    nodes(ids: $ids) { ... on User { ...person } ... on Comment { author { ...person } } }
    comment(id: $comment) { author { ...person } }
    comments { nodes { author { ...person } } }
    post(by: {id: $post}) { comments { nodes {
        author { ...person } replies(first: 1) { nodes { parent { author { email } } } }
    } } }
    named: user(by: {username: "ann"}) { id }
    addressed: user(by: {username: "ann@example.org"}) { id }
    unnamed: user(by: {username: ""}) { id }
}
fragment person on User {
    id username name website isGuest role email bio posts { totalCount }
    comments(first: 2) { totalCount nodes { author { email } } }
}"""


async def test_an_address_is_shown_to_administrators_alone(database: Database) -> None:
    guest = await factories.guest(name="Ann", guest_email="ann@example.org", website="https://ann.example")
    comment = await factories.comment(author=guest)
    await factories.comment(parent=comment)
    ids = {"guest": f"user_{guest.id}", "comment": f"comment_{comment.id}", "post": f"post_{comment.post_id}"}
    to = client(database, GuestPolicy.OPEN)
    for role in ROLES:
        viewer = await factories.user(role=role) if role else None
        await _shown(to, viewer, ids)


async def _shown(to: Client, viewer: User | None, ids: dict[str, str]) -> None:
    answer = await to.send(
        Context(viewing(viewer)), EVERY_WAY, {**ids, "ids": [ids["guest"], ids["comment"]]}
    )
    assert "errors" not in answer, answer
    data = answer["data"]
    is_admin = viewer is not None and viewer.role is Role.ADMIN
    address = "ann@example.org" if is_admin else None
    assert data["user"] == {
        "id": ids["guest"],
        "username": None,
        "name": "Ann",
        "website": "https://ann.example",
        "isGuest": True,
        "role": "READER",
        "email": address,
        "bio": "",
        "posts": {"totalCount": 0},
        "comments": {"totalCount": 1, "nodes": [{"author": {"email": address}}]},
    }
    for found in (data["node"], data["nodes"][0], data["nodes"][1]["author"], data["comment"]["author"]):
        assert found == data["user"]
    assert data["post"]["comments"]["nodes"][0]["author"] == data["user"]
    assert (data["named"], data["addressed"], data["unnamed"]) == (None, None, None)
    assert ("ann@example.org" in json.dumps(answer)) is is_admin


BUTTONS = """query ($post: ID!) {
    site { guests }
    post(by: {id: $post}) { viewerCanComment comments { nodes { viewerCanReply viewerCanEdit } } }
}"""


async def test_a_form_knows_whether_it_may_be_shown(database: Database) -> None:
    comment, reader = await factories.comment(), await factories.user()
    for guests, viewer in product(GuestPolicy, (None, reader)):
        to = client(database, guests)
        context = Context(viewing(viewer), policy=policy(guests))
        answer = await to.send(context, BUTTONS, {"post": f"post_{comment.post_id}"})
        may = viewer is not None or guests is not GuestPolicy.OFF
        buttons = {"viewerCanReply": may, "viewerCanEdit": False}
        assert answer["data"] == {
            "site": {"guests": guests.name},
            "post": {"viewerCanComment": may, "comments": {"nodes": [buttons]}},
        }


NAMED = """query ($guest: ID!) {
    user(by: {id: $guest}) { name website avatar { url } } node(id: $guest) { id } nodes(ids: [$guest]) { id }
}"""


async def test_what_a_guest_says_of_themselves_waits_with_their_comment(database: Database) -> None:
    """A name and a link are text that strangers publish, too."""
    guest = await factories.guest(name="Buy pills", website="https://spam.example")
    comment = await factories.comment(author=guest, status=CommentStatus.PENDING)
    await factories.comment(author=await factories.guest())
    to, id_ = client(database, GuestPolicy.HELD), f"user_{guest.id}"
    viewers = [await factories.user(role=role) if role else None for role in ROLES]
    unseen = {"user": None, "node": None, "nodes": [None]}
    said = {"name": "Buy pills", "website": "https://spam.example", "avatar": None}
    seen = {"user": said, "node": {"id": id_}}
    for status in (CommentStatus.PENDING, CommentStatus.SPAM, CommentStatus.APPROVED):
        await Comment.filter(id=comment.id).update(status=status)
        for viewer in viewers:
            moderates = viewer is not None and viewer.role in (Role.MODERATOR, Role.ADMIN)
            answer = await to.send(Context(viewing(viewer)), NAMED, {"guest": id_})
            shown = moderates or status is CommentStatus.APPROVED
            assert answer["data"] == ({**seen, "nodes": [{"id": id_}]} if shown else unseen), (status, viewer)
