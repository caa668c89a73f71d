"""Whether a post's slug was chosen and its excerpt written; and e-mail addresses in their normal form.

Nobody noted either for the posts that are there. A slug counts as made where it is the title's, or the title's with a
number because another post has that one; an excerpt counts as made where the text begins with it. In doubt they were
given: what somebody gave must not change by itself.

An address whose normal form another account has stays as it is, and still signs in by its own spelling.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from html.parser import HTMLParser
from typing import Any

import idna
from slugify import slugify
from tortoise import fields, migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

AT_ONCE = 200
SHORTEST_CUT = 90
"""Made excerpts that were cut have 200 characters, or a word less."""
UNSAID = {"h1", "h2", "h3", "h4", "h5", "h6", "pre", "table"}
WITHIN_LINES = {"a", "code", "em", "img", "s", "strong"}


class Said(HTMLParser):
    """The text of the paragraphs in the HTML of a body."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.unsaid = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.unsaid += tag in UNSAID
        self.parts += [] if tag in WITHIN_LINES else [" "]

    def handle_endtag(self, tag: str) -> None:
        self.unsaid -= tag in UNSAID
        self.parts += [] if tag in WITHIN_LINES else [" "]

    def handle_data(self, data: str) -> None:
        self.parts += [] if self.unsaid else [data]

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())


def is_made_excerpt(excerpt: str, html: str) -> bool:
    text = Said(html).text
    is_cut = excerpt.endswith("…") and len(excerpt) >= SHORTEST_CUT
    return text == excerpt or (is_cut and text.startswith(excerpt.removesuffix("…")))


def slug_of(title: str) -> str:
    return slugify(title, max_length=80, word_boundary=True) or "post"


async def is_made_slug(editor: BaseSchemaEditor, post: Mapping[str, Any]) -> bool:
    base = slug_of(post["title"])
    if post["slug"] == base:
        return True
    if not post["slug"].startswith(f"{base}-") or not post["slug"][len(base) + 1 :].isdecimal():
        return False
    owner = f"SELECT post_id FROM post_slugs WHERE slug = {value(base)} AND post_id <> {post['id']}"  # noqa: S608
    return bool((await editor.client.execute_query(owner))[1])


async def note_what_was_given(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    last = 0
    while posts := await rows(editor, "posts", "id, slug, title, excerpt, body_html", last):
        last = posts[-1]["id"]
        chosen = [post["id"] for post in posts if not await is_made_slug(editor, post)]
        written = [post["id"] for post in posts if not is_made_excerpt(post["excerpt"], post["body_html"])]
        for column, ids in (("slug_chosen", chosen), ("excerpt_written", written)):
            if ids:
                among = ", ".join(map(str, ids))
                await editor.client.execute_query(f"UPDATE posts SET {column} = TRUE WHERE id IN ({among})")  # noqa: S608


def normal_email(email: str) -> str:
    local, at, domain = unicodedata.normalize("NFC", email).lower().rpartition("@")
    with suppress(idna.IDNAError):
        domain = idna.decode(idna.encode(domain, uts46=True))
    return unicodedata.normalize("NFC", local) + at + domain


async def normalise_addresses(_apps: StateApps, editor: BaseSchemaEditor) -> None:
    last = 0
    while users := await rows(editor, "users", "id, email", last):
        last = users[-1]["id"]
        for user in users:
            if user["email"].isascii() and "xn--" not in user["email"]:
                continue
            normal = normal_email(user["email"])
            await editor.client.execute_query(
                f"UPDATE users SET email = {value(normal)} WHERE id = {user['id']} "  # noqa: S608
                f"AND NOT EXISTS (SELECT 1 FROM users AS others WHERE others.email = {value(normal)})"
            )


async def rows(editor: BaseSchemaEditor, table: str, columns: str, last: int) -> Sequence[Mapping[str, Any]]:
    page = f"SELECT {columns} FROM {table} WHERE id > {last} ORDER BY id LIMIT {AT_ONCE}"  # noqa: S608
    return (await editor.client.execute_query(page))[1]


def value(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


async def leave(_apps: StateApps, _editor: BaseSchemaEditor) -> None:
    pass


class Migration(migrations.Migration):
    dependencies = [("models", "0005_settled_comments")]

    initial = False

    operations = [
        ops.AddField(
            model_name="Post", name="slug_chosen", field=fields.BooleanField(default=False, db_default=False)
        ),
        ops.AddField(
            model_name="Post",
            name="excerpt_written",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.RunPython(note_what_was_given, leave),
        ops.RunPython(normalise_addresses, leave),
    ]
