"""What clients say about a post becomes what its row holds."""

from datetime import datetime
from typing import Any, TypedDict

from models import Post
from models.text import shortened
from resolvers.ids import primary_key
from resolvers.markdown import RenderedText, render_post
from resolvers.policy import Policy
from resolvers.rendering import POSTS, rendered
from resolvers.validation import Checkers, Validator
from runtime.fair_queue import Client

TITLE_LENGTH = 200
EXCERPT_LENGTH = 500
MADE_EXCERPT_LENGTH = 200


class PostFields(TypedDict, total=False):
    """As clients give them: what is absent stays as it is, null has the meaning that the API documents."""

    title: str | None
    body: str | None
    category: str | None
    slug: str | None
    excerpt: str | None
    language: str | None
    published_at: datetime | None
    comments_open: bool | None


async def validated(
    fields: PostFields, policy: Policy, client: Client, stored: Post | None = None
) -> dict[str, Any]:
    """The fields as they are stored, with `body_html` and a made `excerpt` beside a body; raises InvalidInput.

    `category` has become a primary key that may not exist. `excerpt_written` is there if the excerpt was given or taken
    back; otherwise a made one is not for a post that has a written one. `stored` is the post when it is changed.
    The body is rendered for `client`.
    """
    checks = Validator()
    values = checks.apply(_checkers(checks, policy), fields)
    if "excerpt" in values:
        values["excerpt_written"] = bool(values["excerpt"])
    source = _source(values, stored)
    if source is None:
        return values
    result = await POSTS.run(client, rendered, render_post, source, longest=policy.longest_post)
    return values | _made(values, result)


def _checkers(checks: Validator, policy: Policy) -> Checkers:
    return {
        "title": lambda value: checks.line("title", value, longest=TITLE_LENGTH),
        "body": lambda value: checks.paragraphs("body", value, longest=policy.longest_post),
        "category": lambda value: primary_key("category", value or ""),
        "slug": lambda value: value if value is None else checks.slug("slug", value),
        "excerpt": lambda value: checks.line("excerpt", value, longest=EXCERPT_LENGTH, optional=True),
        "language": lambda value: checks.language("language", value),
        "published_at": lambda value: value if value is None else checks.moment("publishedAt", value),
        "comments_open": lambda value: checks.boolean("commentsOpen", value),
    }


def _source(values: dict[str, Any], stored: Post | None) -> str | None:
    """The body that has to be rendered: a new one, or that of a post whose excerpt is to be made again."""
    if "body" in values:
        return str(values["body"])
    return stored.body if stored is not None and values.get("excerpt") == "" else None


def _made(values: dict[str, Any], result: RenderedText) -> dict[str, Any]:
    made = {"body_html": result.html} if "body" in values else {}
    if not values.get("excerpt"):
        made["excerpt"] = shortened(result.text, longest=MADE_EXCERPT_LENGTH)
    return made
