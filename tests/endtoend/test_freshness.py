"""What was acknowledged is read at once, by everybody, whoever wrote it; what is due appears by itself."""

import asyncio
from datetime import timedelta

from auth.viewer import now
from models import Comment, Post, Role, User
from storage import Database
from tests import factories
from tests.endtoend.accounts import token_of
from tests.endtoend.asking import Client

COUNT = "query ($id: ID!) { post(by: {id: $id}) { commentCount comments(first: 1) { nodes { body } } } }"
WRITERS = 8
TIMES = 15


async def test_readers_see_each_comment_as_soon_as_it_is_acknowledged(client: Client, rows: Database) -> None:
    """Many read the same all the time, so that an answer that is kept too long is noticed."""
    id_ = f"post_{(await factories.post()).id}"
    acknowledged = 0
    enough = asyncio.Event()

    async def read() -> None:
        while not enough.is_set():
            least = acknowledged
            answer = await client.ask(COUNT, {"id": id_})
            assert answer["data"]["post"]["commentCount"] >= least

    async def write(token: str) -> None:
        nonlocal acknowledged
        for number in range(TIMES):
            await client.do("addComment", {"post": id_, "body": f"{number}"}, token)
            acknowledged += 1

    tokens = [await token_of(await factories.user()) for _ in range(WRITERS)]
    async with asyncio.TaskGroup() as readers:
        for _ in range(4):
            readers.create_task(read())
        await asyncio.gather(*map(write, tokens))
        enough.set()
    answer = await client.ask(COUNT, {"id": id_})
    assert answer["data"]["post"]["commentCount"] == WRITERS * TIMES


async def test_what_another_process_writes_is_read_at_once(client: Client, rows: Database) -> None:
    post = await factories.post()
    for number in range(1, 30):
        await factories.comment(post=post, body=f"{number}")
        answer = await client.ask(COUNT, {"id": f"post_{post.id}"})
        assert answer["data"]["post"] == {
            "commentCount": number,
            "comments": {"nodes": [{"body": f"{number}"}]},
        }
    await Comment.all().delete()
    await Post.filter(id=post.id).update(comment_count=0)
    answer = await client.ask(COUNT, {"id": f"post_{post.id}"})
    assert answer["data"]["post"] == {"commentCount": 0, "comments": {"nodes": []}}


async def test_a_role_given_by_another_process_counts_at_once(client: Client, rows: Database) -> None:
    user = await factories.user()
    token = await token_of(user)
    for role in (Role.ADMIN, Role.READER, Role.AUTHOR):
        await User.filter(id=user.id).update(role=role)
        answer = await client.ask("{ viewer { role } }", token=token)
        assert answer == {"data": {"viewer": {"role": role.value}}}


async def test_a_scheduled_post_appears_when_its_time_comes(client: Client, rows: Database) -> None:
    category = await factories.category()
    author = await token_of(await factories.author())
    due = now() + timedelta(seconds=1)
    given = {"title": "t", "body": "b", "category": f"category_{category.id}", "publishedAt": due.isoformat()}
    assert "Post" in str(await client.do("createPost", given, author))
    query = (
        "query ($id: ID!) { posts { totalCount } category(by: {id: $id}) { postCount posts { totalCount } } }"
    )
    asked = now()
    while asked <= due:
        asked = now()
        data = (await client.ask(query, {"id": f"category_{category.id}"}))["data"]
        counts = [data["posts"]["totalCount"], data["category"]["postCount"]]
        assert counts in ([0, 0], [1, 1])
        assert counts == [1, 1] if asked > due else now() > due or counts == [0, 0]
        await asyncio.sleep(0.005)
