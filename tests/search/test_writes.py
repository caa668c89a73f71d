"""What is written is found by the next read, and what nobody may read is found by nobody."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from typing import Any

from auth.policy import AuthPolicy, GuestPolicy
from auth.viewer import Viewer, now
from benchmarks.imports.rate import blog
from models import CommentDecision, Role, SearchDocument, SiteState
from resolvers import claiming, comments, posts, search_index
from resolvers.ids import global_id
from resolvers.policy import Moderation, Policy
from storage import Database
from tests import factories
from tests.resolvers.rows import BEFORE, POLICY, viewing
from tests.resolvers.writers import Writers
from tests.search.asking import Asker
from transfer.importing import Plan, import_records

NOBODY = Viewer(None, None, now() + timedelta(hours=1))


async def written(author: Viewer, **fields: Any) -> str:
    """A post, which is a draft unless told otherwise."""
    category = global_id("category", (await factories.category()).id)
    given: Any = {"title": "Quince", "body": "Medlar *jam*", "category": category, "language": "en", **fields}
    return global_id("post", await posts.create_post(author, POLICY, given))


async def test_a_post_is_found_while_it_is_public(database: Database) -> None:
    asker, author = Asker(database), viewing(await factories.author())
    post = await written(author)
    for who in (NOBODY, author):
        assert await asker.ids("quince", who) == []
    await posts.publish_post(author, post)
    assert await asker.ids("quinces", NOBODY) == await asker.ids("medlar jams", NOBODY) == [post]
    await posts.update_post(author, POLICY, post, {"title": "Rowan", "body": "Sloe"})
    assert await asker.ids("rowan sloe", NOBODY) == [post]
    assert await asker.ids("quince", NOBODY) == await asker.ids("medlar", NOBODY) == []
    later = now() + timedelta(hours=2)
    await posts.update_post(author, POLICY, post, {"published_at": later})
    assert await asker.ids("rowan", NOBODY) == []
    assert await asker.ids("rowan", Viewer(None, None, later)) == [post]
    await posts.update_post(author, POLICY, post, {"published_at": None})
    assert await asker.ids("rowan", Viewer(None, None, later)) == []
    await posts.update_post(author, POLICY, post, {"published_at": now(), "language": "fr"})
    assert await asker.ids("rowan", NOBODY) == [post]
    await posts.delete_post(author, post)
    assert await asker.ids("rowan", NOBODY) == []
    assert await SearchDocument.all().count() == 0


async def test_a_comment_is_found_by_those_whom_lists_show_it(database: Database) -> None:
    asker, writer, other = Asker(database), viewing(await factories.user()), viewing(await factories.user())
    moderator = viewing(await factories.moderator())
    post = await factories.post(language="en")

    async def finders(word: str) -> list[Viewer]:
        return [who for who in (NOBODY, writer, other, moderator) if await asker.ids(word, who)]

    added = await comments.add_comment(writer, BEFORE, post=f"post_{post.id}", body="A **medlar**")
    comment = global_id("comment", added.id)
    assert await finders("medlars") == [writer, moderator]
    await comments.set_comment_status(moderator, comment, CommentDecision.APPROVED)
    assert await finders("medlar") == [NOBODY, writer, other, moderator]
    await comments.edit_comment(writer, POLICY, comment, "A rowan")
    assert await finders("medlar") == []
    assert await finders("rowan") == [NOBODY, writer, other, moderator]
    await comments.set_comment_status(moderator, comment, CommentDecision.REJECTED)
    assert await finders("rowan") == []
    await comments.set_comment_status(moderator, comment, CommentDecision.APPROVED)
    reply = await comments.add_comment(other, POLICY, post=f"post_{post.id}", body="Sloe", parent=comment)
    await comments.delete_comment(writer, comment)
    assert await finders("rowan") == []
    assert await finders("sloe") == [NOBODY, writer, other, moderator]
    await comments.delete_comment(other, global_id("comment", reply.id))
    assert await SearchDocument.filter(comment_id__isnull=False).count() == 0


async def test_what_waits_under_a_draft_or_from_a_guest_is_its_own_business(database: Database) -> None:
    asker, author = Asker(database), viewing(await factories.author())
    reader, moderator = viewing(await factories.user()), viewing(await factories.moderator())
    policy = Policy(auth=AuthPolicy(guests=GuestPolicy.HELD), moderation=Moderation.AFTER)
    post = await written(author, published_at=now())
    guest: Any = {"name": "Ann", "email": "ann@example.org"}
    await comments.add_comment(Viewer(None, None, now()), policy, post=post, body="bullace", guest=guest)
    await comments.add_comment(reader, policy, post=post, body="damson")
    assert [bool(await asker.ids("bullace", who)) for who in (NOBODY, reader, author, moderator)] == [
        False
    ] * 3 + [True]
    account = await factories.user(email="ann@example.org")
    await claiming.confirm_email(account.id, now())
    assert await asker.ids("bullace", viewing(account))
    assert await asker.ids(f"author:{account.username}", viewing(account))
    await posts.update_post(author, policy, post, {"published_at": None})
    assert [bool(await asker.ids("damson", who)) for who in (NOBODY, reader, author)] == [False, False, True]


async def test_another_process_finds_it_and_finds_it_no_more(database: Database, database_url: str) -> None:
    author = viewing(await factories.author())
    post = await written(author, published_at=now())
    program = [sys.executable, "-m", "tests.search.another_process", database_url, "quince", "medlar"]
    other = await asyncio.create_subprocess_exec(*program, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdin is not None
    assert other.stdout is not None
    assert await other.stdout.readline() == f"{[post]} {[post]}\n".encode()
    await posts.update_post(author, POLICY, post, {"title": "Sloe"})
    other.stdin.write(b"\n")
    assert await other.stdout.readline() == f"[] {[post]}\n".encode()
    other.stdin.close()
    assert await other.wait() == 0


async def documents() -> dict[int, Any]:
    return {row.id: (row.post_id, row.comment_id, row.words) for row in await SearchDocument.all()}


async def test_whatever_people_do_it_is_as_if_written_anew(database: Database) -> None:
    people = [await factories.user(role=role) for role in (*Role, Role.AUTHOR)]
    for _ in range(3):
        await factories.comment(post=await factories.post(author=people[1], language="fr"))
    await search_index.index_everything()
    await Writers(11, people).write(150)
    assert database
    kept = await documents()
    await SearchDocument.all().delete()
    await search_index.index_everything()
    assert kept == await documents()
    assert len(kept) > 20


async def test_several_write_anew_while_somebody_writes_and_one_of_them_is_stopped(
    database: Database,
) -> None:
    assert database
    search_index.PORTIONS.update(posts=2, comments=5)
    author, reader = viewing(await factories.author()), viewing(await factories.user())
    made = [await factories.post(title=f"Post {number}") for number in range(7)]
    for number in range(40):
        await factories.comment(post=made[number % 7], body_html=f"<p>said {number}</p>")
    await SiteState.filter(name=search_index.DONE).update(value="0")

    async def write() -> None:
        async for _ in search_index.portions():
            pass

    stopped = asyncio.create_task(write())
    others = [asyncio.create_task(write()) for _ in range(2)]
    await search_index.write_portion()
    stopped.cancel()
    await written(author, published_at=now())
    await comments.add_comment(reader, POLICY, post=f"post_{made[0].id}", body="meanwhile")
    await asyncio.gather(*others)
    await asyncio.gather(stopped, return_exceptions=True)
    assert not await search_index.is_due()
    kept = await documents()
    assert len(kept) == 8 * 2 + 41
    await search_index.index_everything()
    assert kept == await documents()


async def test_what_is_imported_or_restored_is_found_and_again_changes_nothing(database: Database) -> None:
    plan = Plan(source="old")
    await import_records(blog(120), plan)
    asker, kept = Asker(database), await documents()
    assert len(kept) == 2 * 6 + 120
    assert len(await asker.ids("péniches in:comments after:2008")) > 20
    await import_records(blog(120), plan)
    assert kept == await documents()
    await search_index.index_everything()
    assert kept == await documents()
