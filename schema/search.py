"""What is found by words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import strawberry
from strawberry import ID, UNSET

import compiler
import models
from auth.viewer import Viewer
from compiler import Connection
from resolvers.policy import Policy
from resolvers.reads import search
from schema.node import Node


@strawberry.input(
    description="Which hits; what is left out does not matter. A comment has the category, tags and language of its "
    "post."
)
class SearchFilter:
    """Which hits."""

    category: ID | None = strawberry.field(default=UNSET, description="Filed in this category itself.")
    tag: ID | None = strawberry.field(default=UNSET, description="With this tag.")
    author: ID | None = strawberry.field(default=UNSET, description="Written by this user.")
    language: str | None = strawberry.field(
        default=UNSET, description="In this language, the tag as the post has it."
    )
    published_from: datetime | None = strawberry.field(
        default=UNSET, description="Published, or written as a comment, then or later."
    )
    published_before: datetime | None = strawberry.field(
        default=UNSET, description="Published, or written as a comment, before then."
    )


@strawberry.type(description="A piece of plain text. There is no HTML in it: show it as text.")
class Segment:
    """A piece of plain text."""

    text: str = strawberry.field(description="As it is, not escaped.")
    matched: bool = strawberry.field(description="Whether it is what was asked for.")


@compiler.row_type(models.SearchDocument, prefix="hit", visible=search.visible)
@strawberry.type(description="A post or a comment that was found.")
class SearchHit:
    """A post or a comment that was found."""

    node: Node = compiler.first_via("What was found: a Post or a Comment.", "comment", "post")

    @compiler.expression("2 for a post whose title has all that was asked for, 1 for others.")
    def score(row: Any, viewer: Viewer) -> float:
        return search.score(row, viewer)

    @compiler.computed(
        "The title of the post, or of the comment's post.",
        needs=search.NEEDS_TITLE,
        by_policy=True,
        inherits=("query",),
    )
    def title(rows: Sequence[dict[str, Any]], _: Viewer, policy: Policy, query: str) -> list[list[Segment]]:
        return search.titles(rows, policy.site, query)

    @compiler.computed(
        "Some of the text around the first match, about 240 characters of it.",
        needs=search.NEEDS_TEXT,
        by_policy=True,
        inherits=("query",),
    )
    def snippet(rows: Sequence[dict[str, Any]], _: Viewer, policy: Policy, query: str) -> list[list[Segment]]:
        return search.snippets(rows, policy.site, query)


@strawberry.type(
    description="A page of a list. Take `nodes` when the cursors of the single items are not needed."
)
class SearchConnection(Connection[SearchHit]):
    """What was found."""
