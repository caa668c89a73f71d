"""Small blogs as records, and what an import has made of them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from models import (
    Category,
    Comment,
    Image,
    ImportedRow,
    Linkback,
    PathAlias,
    Post,
    PostCategory,
    PostSlug,
    PostTag,
    Tag,
    User,
)
from resolvers import counters
from transfer.formats import records
from transfer.formats.records import Record
from transfer.importing import Plan, Report, import_records
from transfer.importing.report import Outcome

BEGIN = datetime(2010, 3, 15, 20, 30, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TABLES = (
    *(User, Category, Tag, Post, PostSlug, PostCategory, PostTag, Comment, Linkback, PathAlias, Image),
    ImportedRow,
)
PLAN = Plan(source="wordpress https://old.example", now=NOW)


def author(key: str = "ada", **values: Any) -> records.Author:
    return records.Author(
        **{"key": key, "name": "Ada L.", "username": key, "email": f"{key}@old.example", **values}
    )


def category(key: str, **values: Any) -> records.Category:
    return records.Category(**{"key": key, "name": key.capitalize(), "slug": key, **values})


def tag(key: str, **values: Any) -> records.Tag:
    return records.Tag(**{"key": key, "name": key, "slug": key, **values})


def post(key: str, **values: Any) -> records.Post:
    defaults = {
        "title": f"Post {key}",
        "body": f"<p>The body of <em>{key}</em>.</p>",
        "slug": f"post-{key}",
        "published_at": BEGIN,
        "created_at": BEGIN,
        "updated_at": BEGIN,
        "author": "ada",
        "categories": ("kitchen",),
    }
    return records.Post(**{"key": key, **defaults, **values})


def comment(key: str, post_key: str = "1", **values: Any) -> records.Comment:
    defaults = {
        "author": records.Guest(name="Zoé", email="zoe@reader.example"),
        "body": f"Comment {key}",
        "created_at": BEGIN + timedelta(minutes=int(key) if key.isdigit() else 0),
    }
    return records.Comment(**{"key": key, "post": post_key, **defaults, **values})


def linkback(key: str, post_key: str = "1", **values: Any) -> records.Linkback:
    defaults: dict[str, Any] = {
        "kind": records.LinkbackKind.TRACKBACK,
        "source_url": f"https://elsewhere.example/{key}",
        "title": f"Elsewhere {key}",
        "received_at": BEGIN,
    }
    return records.Linkback(**{"key": key, "post": post_key, **defaults, **values})


def small_blog() -> list[Record]:
    """Something of everything, in the order of a WordPress export."""
    return [
        records.Blog(title="Carnet", url="https://old.example", language="fr"),
        author(),
        category("kitchen", paths=("/category/kitchen/",)),
        category("soups", parent="kitchen"),
        tag("leek"),
        post(
            "1",
            categories=("soups", "kitchen"),
            tags=("leek",),
            paths=("/2010/03/soupe-d%C3%A9t%C3%A9/", "/?p=1"),
        ),
        comment("1"),
        comment("2", parent="1", author="ada"),
        comment("3", parent="2", author=records.Guest(name="Zoé", email="zoe@reader.example")),
        comment("4", visibility=records.Visibility.PENDING),
        linkback("5"),
        post("2", kind=records.PostKind.PAGE, tags=("leek",)),
        post("3", published_at=None),
    ]


async def imported(some: Iterable[Record], plan: Plan = PLAN, **options: Any) -> Report:
    """Import them, with the account balanced and all counts right."""
    report = await import_records(some, plan, **options)
    wrong = await counters.recount()
    assert not any(wrong.values()), wrong
    return report


async def dump() -> dict[str, list[dict[str, Any]]]:
    """All rows of the tables that an import writes to."""
    return {model.__name__: await model.all().order_by(model._meta.pk_attr).values() for model in TABLES}  # noqa: SLF001


def outcomes(report: Report, kind: str) -> dict[str, int]:
    """What has become of the records of a kind."""
    return {outcome.value: count for outcome, count in report.kinds[kind].outcomes.items() if count}


def all_unchanged(report: Report) -> bool:
    return all({*account.outcomes.elements()} <= {Outcome.UNCHANGED} for account in report.kinds.values())
