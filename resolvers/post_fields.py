"""What clients say about a post becomes what its row holds."""

from datetime import datetime
from typing import Any, TypedDict

from models import BodyFormat, Post, PostKind
from models.text import shortened
from resolvers.html import render_post_html
from resolvers.ids import primary_key
from resolvers.markdown import RenderedText, render_post
from resolvers.policy import Policy
from resolvers.rendering import POSTS, rendered
from resolvers.validation import EXCERPT_LENGTH, MADE_EXCERPT_LENGTH, TITLE_LENGTH, Checkers, Validator
from runtime.fair_queue import Client

TAG_LENGTH = 100
MOST_TAGS = 50
MOST_CATEGORIES = 20
RENDERERS = {BodyFormat.MARKDOWN: render_post, BodyFormat.HTML: render_post_html}


class PostFields(TypedDict, total=False):
    """As clients give them: what is absent stays as it is, null has the meaning that the API documents."""

    title: str | None
    body: str | None
    category: str | None
    categories: list[str] | None
    tags: list[str] | None
    kind: PostKind | None
    body_format: BodyFormat | None
    pinned: bool | None
    slug: str | None
    excerpt: str | None
    language: str | None
    published_at: datetime | None
    comments_open: bool | None
    linkbacks_open: bool | None
    image: str | None


async def validated(
    fields: PostFields, policy: Policy, client: Client, stored: Post | None = None
) -> dict[str, Any]:
    """The fields as they are stored, with `body_html` and a made `excerpt` beside a body; raises InvalidInput.

    `category`, `categories` and `image` have become primary keys that may not exist. `excerpt_written` is there if the
    excerpt was given or taken back; otherwise a made one is not for a post that has a written one. `stored` is the post
    when it is changed. The body is rendered for `client`.
    """
    checks = Validator()
    values = checks.apply(_checkers(checks, policy), fields)
    if "excerpt" in values:
        values["excerpt_written"] = bool(values["excerpt"])
    source = _source(values, stored)
    if source is None:
        return values
    render = RENDERERS[_format(values, stored)]
    result = await POSTS.run(client, rendered, render, source, longest=policy.longest_post)
    return values | _made(values, result, stored)


def _checkers(checks: Validator, policy: Policy) -> Checkers:
    return {
        "title": lambda value: checks.line("title", value, longest=TITLE_LENGTH),
        "body": lambda value: checks.paragraphs("body", value, longest=policy.longest_post),
        "category": lambda value: _category(checks, value),
        "categories": lambda value: _categories(checks, value or []),
        "tags": lambda value: _tags(checks, value or []),
        "kind": lambda value: _kind(checks, value or PostKind.ARTICLE),
        "body_format": lambda value: value or BodyFormat.MARKDOWN,
        "pinned": lambda value: checks.boolean("pinned", value),
        "slug": lambda value: value if value is None else checks.slug("slug", value),
        "excerpt": lambda value: checks.line("excerpt", value, longest=EXCERPT_LENGTH, optional=True),
        "language": lambda value: checks.language("language", value),
        "published_at": lambda value: value if value is None else checks.moment("publishedAt", value),
        "comments_open": lambda value: checks.boolean("commentsOpen", value),
        "linkbacks_open": lambda value: checks.boolean("linkbacksOpen", value),
        "image": lambda value: value if value is None else primary_key("image", value),
    }


def _category(checks: Validator, id_: str | None) -> int:
    if id_ is None:
        checks.refuse("category", "A post is filed in a category.")
    key: int = primary_key("category", id_ or "")
    return key


def _categories(checks: Validator, ids: list[str]) -> list[int]:
    if not 0 < len(ids) <= MOST_CATEGORIES:
        checks.refuse("categories", f"A post is filed in 1 to {MOST_CATEGORIES} categories.")
    return [primary_key("category", id_) for id_ in dict.fromkeys(ids)]


def _tags(checks: Validator, names: list[str]) -> list[str]:
    if len(names) > MOST_TAGS:
        checks.refuse("tags", f"A post has up to {MOST_TAGS} tags.")
        return []
    return [checks.line("tags", name, longest=TAG_LENGTH, called="name of a tag") for name in names]


def _kind(checks: Validator, kind: PostKind) -> PostKind:
    if kind is PostKind.EXTERNAL:
        checks.refuse("kind", "Pages of other sites are not written here.")
    return kind


def _format(values: dict[str, Any], stored: Post | None) -> BodyFormat:
    before = BodyFormat.MARKDOWN if stored is None else stored.body_format
    format_: BodyFormat = values.get("body_format", before)
    return format_


def _source(values: dict[str, Any], stored: Post | None) -> str | None:
    """The body that has to be rendered: a new one, or the stored one in another format or for another excerpt."""
    if "body" in values:
        return str(values["body"])
    if stored is None or not (_is_reformatted(values, stored) or values.get("excerpt") == ""):
        return None
    return stored.body


def _is_reformatted(values: dict[str, Any], stored: Post | None) -> bool:
    return stored is not None and _format(values, stored) is not stored.body_format


def _made(values: dict[str, Any], result: RenderedText, stored: Post | None) -> dict[str, Any]:
    made = {"body_html": result.html} if "body" in values or _is_reformatted(values, stored) else {}
    if not values.get("excerpt"):
        made["excerpt"] = shortened(result.text, longest=MADE_EXCERPT_LENGTH)
    return made
