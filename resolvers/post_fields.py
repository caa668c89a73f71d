"""What clients say about a post becomes what its row holds."""

from datetime import datetime
from typing import Any, TypedDict

from models import Post
from models.text import shortened
from resolvers.bodies import POSTS, rendered
from resolvers.fields import Checkers, Checks
from resolvers.ids import key
from resolvers.markdown import Rendered, render_post
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
    """The fields as they are stored, with `body_html` and `excerpt` beside a body; raises InvalidInput.

    `category` has become a primary key that may not exist. `stored` is the post as it is when it is changed.
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
    """The HTML of a new body; and the excerpt, unless somebody wrote or has written one."""
    made: dict[str, Any] = {}
    if "body" in values:
        result = rendered(render_post, values["body"], longest=longest)
        made["body_html"] = result.html
    elif "excerpt" in values and stored is not None:
        result = rendered(render_post, stored.body, longest=longest)
    else:
        return made
    written = values["excerpt"] if "excerpt" in values else _has_written_excerpt(stored, longest)
    return made if written else {**made, "excerpt": _made_excerpt(result)}


def _has_written_excerpt(stored: Post | None, longest: int) -> bool:
    """Whether the excerpt of the stored post is not simply the beginning of its body."""
    return stored is not None and stored.excerpt != _made_excerpt(
        rendered(render_post, stored.body, longest=longest)
    )


def _made_excerpt(result: Rendered) -> str:
    return shortened(result.text, longest=MADE_EXCERPT_LENGTH)
