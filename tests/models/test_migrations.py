import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from models import PageAddress, Post, User
from models.page_address import page_key
from models.text import shortened
from resolvers.markdown import render_post
from storage import Database
from storage.migration import _editor
from storage.unit import Client, UnitContext
from tests import factories

PAGES: Any = import_module("models.migrations.0014_pages")
CHOSEN_NAMES: Any = import_module("models.migrations.0006_chosen_names")
ROOT = Path(__file__).parents[2]


def test_the_migrations_make_the_tables_that_the_models_describe() -> None:
    finished = subprocess.run(
        [Path(sys.executable).with_name("tortoise"), "makemigrations", "--name", "forgotten"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for forgotten in (ROOT / "models" / "migrations").glob("*_forgotten.py"):
        forgotten.unlink()
    assert finished.stdout.strip() == "No changes detected"


async def note_names_again() -> None:
    """What `0006_chosen_names` does to rows that are there."""
    client: Client[Any] = Post._meta.db  # type: ignore[assignment]  # noqa: SLF001 - Tortoise's way to it
    await Post.all().update(slug_chosen=False, excerpt_written=False)
    async with UnitContext(client, client.transaction(changes_schema=True)):
        for fill in (CHOSEN_NAMES.note_what_was_given, CHOSEN_NAMES.normalise_addresses):
            await fill(None, _editor(client))


def made(body: str) -> dict[str, str]:
    """A body, and what is made of it."""
    result = render_post(body, longest=100_000)
    return {"body": body, "body_html": result.html, "excerpt": shortened(result.text, longest=200)}


LONG = (
    '# Not *said*\n\nWords & `code`, a [link](/a "t") and\\\n**more**. ![](/i.png)\n\n- one\n- two\n\n> three\n\n'
    * 9
)


@pytest.mark.usefixtures("database")
async def test_pages_of_other_sites_are_found_that_were_there_before() -> None:
    post, *_ = [
        await factories.post(kind=kind, address=address)
        for kind, address in (
            ("EXTERNAL", "https://else.example/a/"),
            ("EXTERNAL", "http://else.example/a"),
            ("ARTICLE", None),
        )
    ]
    client: Client[Any] = Post._meta.db  # type: ignore[assignment]  # noqa: SLF001 - Tortoise's way to it
    async with UnitContext(client, client.transaction(changes_schema=True)):
        await PAGES.find(None, _editor(client))
    (found,) = await PageAddress.all()
    assert (found.key, found.post_id) == (page_key("https://else.example/a"), post.id)


async def test_what_was_chosen_before_is_noted_as_far_as_it_can_be_known(database: Database) -> None:
    given: dict[str, dict[str, Any]] = {
        "made": {"title": "L'été", "slug": "l-ete", **made("Short.")},
        "chosen": {"title": "Part", "slug": "part-7", **made(LONG)},
        "taken": {"title": "Same", "slug": "same", **made("```\ncode\n```")},
        "numbered": {"title": "Same", "slug": "same-2", **made("|a|\n|-|\n|b|\n\nSaid.")},
        "left": {"title": "Release", "slug": "release-2024", **made("a"), "excerpt": "Mine."},
        "other": {"title": "One", "slug": "uno", **made(LONG), "excerpt": "Words …"},
    }
    ids = {name: (await factories.post(**values)).id for name, values in given.items()}
    await note_names_again()
    rows = {row.id: row for row in await Post.all()}
    assert {name for name, id_ in ids.items() if rows[id_].slug_chosen} == {"chosen", "left", "other"}
    assert {name for name, id_ in ids.items() if rows[id_].excerpt_written} == {"left", "other"}


async def test_more_posts_than_are_looked_at_at_once_are_noted(database: Database) -> None:
    post = await factories.post(slug="uno", title="One")
    values = await Post.get(id=post.id).values()
    await Post.bulk_create(Post(**{**values, "id": n, "slug": f"post-{n}"}) for n in range(1000, 1500))
    await note_names_again()
    assert await Post.filter(slug_chosen=True).count() == 501


async def test_addresses_from_before_get_their_normal_form_where_nobody_has_it(database: Database) -> None:
    addresses = {
        "zoe@xn--mnchen-3ya.example": "zoe@münchen.example",
        "e\u0301lodie@example.org": "élodie@example.org",
        "o'neil@mu\u0308nchen.example": "o'neil@münchen.example",
        "ada@münchen.example": "ada@münchen.example",
        "ada@xn--mnchen-3ya.example": "ada@xn--mnchen-3ya.example",
        "bad@xn--a.example": "bad@xn--a.example",
        "plain@example.org": "plain@example.org",
    }
    ids = {(await factories.user(email=email)).id: email for email in addresses}
    await note_names_again()
    assert {ids[user.id]: user.email for user in await User.all()} == addresses


async def test_sqlites_planner_believes_something_of_every_list(sqlite_database: Database) -> None:
    client: Client[Any] = Post._meta.db  # type: ignore[assignment]  # noqa: SLF001 - Tortoise's way to it
    _, rows = await client.execute_query(
        "SELECT name FROM sqlite_schema WHERE tbl_name = 'posts' AND type = 'index' AND sql NOT LIKE '%WHERE%'"
        " AND name NOT IN (SELECT idx FROM sqlite_stat1)"
    )
    assert sqlite_database
    assert [row["name"] for row in rows] == []
