"""What clients say about a post becomes what its row holds."""

from datetime import datetime
from typing import Any, TypedDict

from models import Post
from models.text import shortened
from resolvers.bodies import POSTS, rendered
from resolvers.fields import Checkers, Checks
from resolvers.ids import key
from resolvers.markdown import render_post
from resolvers.policy import Policy

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


async def checked(fields: PostFields, policy: Policy, stored: Post | None = None) -> dict[str, Any]:
    """The fields as they are stored, with `body_html` and a made `excerpt` beside a body; raises InvalidInput.

    `category` has become a primary key that may not exist. `excerpt_written` is there if the excerpt was given or taken
    back; otherwise a made one is not for a post that has a written one. `stored` is the post when it is changed.
    """
    checks = Checks()
    values = checks.apply(_checkers(checks, policy), fields)
    return values | await POSTS.run(_made_of_body, values, policy.longest_post, stored)


def _checkers(checks: Checks, policy: Policy) -> Checkers:
    return {
        "title": lambda value: checks.line("title", value, longest=TITLE_LENGTH),
        "body": lambda value: checks.paragraphs("body", value, longest=policy.longest_post),
        "category": lambda value: key("category", value or ""),
        "slug": lambda value: value if value is None else checks.slug("slug", value),
        "excerpt": lambda value: checks.line("excerpt", value, longest=EXCERPT_LENGTH, optional=True),
        "language": lambda value: checks.language("language", value),
        "published_at": lambda value: value if value is None else checks.moment("publishedAt", value),
        "comments_open": lambda value: checks.boolean("commentsOpen", value),
    }


def _made_of_body(values: dict[str, Any], longest: int, stored: Post | None) -> dict[str, Any]:
    """The HTML of a new body; an excerpt, unless one is given; and whether one is given, if anything is said of it."""
    made: dict[str, Any] = {"excerpt_written": bool(values["excerpt"])} if "excerpt" in values else {}
    if "body" in values:
        result = rendered(render_post, values["body"], longest=longest)
        made["body_html"] = result.html
    elif stored is not None and values.get("excerpt") == "":
        result = rendered(render_post, stored.body, longest=longest)
    else:
        return made
    return (
        made
        if values.get("excerpt")
        else {**made, "excerpt": shortened(result.text, longest=MADE_EXCERPT_LENGTH)}
    )
