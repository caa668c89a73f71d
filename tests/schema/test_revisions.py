"""Who sees what posts and comments were."""

from typing import Any

import pytest

from models import User
from storage import Database
from tests import factories
from tests.resolvers.rows import viewing
from tests.schema.mutating import Client, Context

SEEN = """query ($post: ID!, $comment: ID!) {
    post(by: {id: $post}) { revisions { totalCount nodes { number title body bodyFormat author { name } } } }
    comment(id: $comment) { revisions { totalCount nodes { number body bodyFormat author { name } } } }
}"""


async def test_former_states_are_shown_to_those_who_wrote_or_decide(database: Database) -> None:
    post = await factories.post()
    commenter = await factories.user()
    comment = await factories.comment(post=post, author=commenter)
    for number in (1, 2):
        await factories.post_revision(post=post, number=number, author=commenter)
        await factories.comment_revision(comment=comment, number=number)
    kept = {
        "totalCount": 2,
        "nodes": [
            {"number": number, "body": f"State {number}", "bodyFormat": "MARKDOWN"} for number in (2, 1)
        ],
    }
    viewers: dict[str, tuple[User | None, bool, bool]] = {
        "nobody": (None, False, False),
        "a reader": (await factories.user(), False, False),
        "who wrote a former state of the post, and the comment": (commenter, False, True),
        "the post's author": (await post.author, True, False),
        "another author": (await factories.author(), False, False),
        "a moderator": (await factories.moderator(), False, True),
        "an administrator": (await factories.admin(), True, True),
    }
    nothing: dict[str, Any] = {"totalCount": 0, "nodes": []}
    client, given = Client(database), {"post": f"post_{post.id}", "comment": f"comment_{comment.id}"}
    for name, (viewer, sees_post, sees_comment) in viewers.items():
        answer = await client.send(Context(viewing(viewer)), SEEN, given)
        of_post, of_comment = (answer["data"][each]["revisions"] for each in ("post", "comment"))
        for each in of_post["nodes"]:
            assert (each.pop("title"), each.pop("author")) == (
                "What it was called",
                {"name": commenter.name},
            )
        for each in of_comment["nodes"]:
            assert each.pop("author") is None
        assert of_post == (kept if sees_post else nothing), name
        assert of_comment == (kept if sees_comment else nothing), name


@pytest.mark.parametrize("kind", ["post", "comment"])
async def test_former_states_come_in_pages(database: Database, kind: str) -> None:
    post = await factories.post()
    comment = await factories.comment(post=post)
    for number in range(1, 6):
        await factories.post_revision(post=post, number=number)
        await factories.comment_revision(comment=comment, number=number)
    admin, after, numbers = await factories.admin(), None, list[int]()
    root = "post(by: {id: $id})" if kind == "post" else "comment(id: $id)"
    query = f"""query ($id: ID!, $after: String) {{ row: {root} {{
        revisions(first: 2, after: $after) {{ nodes {{ number }} pageInfo {{ endCursor hasNextPage }} }} }} }}"""
    id_ = f"post_{post.id}" if kind == "post" else f"comment_{comment.id}"
    client, more = Client(database), True
    while more:
        answer = await client.send(Context(viewing(admin)), query, {"id": id_, "after": after})
        page = answer["data"]["row"]["revisions"]
        numbers += [each["number"] for each in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert numbers == [5, 4, 3, 2, 1]


async def test_a_former_state_is_found_by_no_id(sqlite_database: Database) -> None:
    await factories.post_revision(post=await factories.post(), number=1)
    query = '{ a: node(id: "post-revision_1") { id } b: node(id: "comment-revision_1") { id } }'
    answer = await Client(sqlite_database).send(Context(viewing(await factories.admin())), query)
    assert answer["data"] == {"a": None, "b": None}
