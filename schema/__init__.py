"""What clients see: the Strawberry types, one module per noun; query, mutation, subscription.

This room says how the API is spelled and described. What happens is decided in `resolvers`.
"""

from datetime import datetime
from pathlib import Path

import strawberry

from schema import enums  # noqa: F401 - first, so that Strawberry meets the enums with their descriptions
from schema.errors import ERRORS
from schema.mutation import Mutation
from schema.query import Query
from schema.scalars import DATE_TIME
from schema.subscription import EVENTS, Subscription

PLACEHOLDERS = {"id": "int", "now": "instant"}
"""The viewer's attributes that only feed statements, for `compiler.Engine`."""

SDL_FILE = Path(__file__).with_name("schema.graphql")
"""The SDL as it was when it was last written; the tests hold it against what the code prints."""


def build() -> strawberry.Schema:
    """The whole schema."""
    return strawberry.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[*EVENTS, *ERRORS],
        scalar_overrides={datetime: DATE_TIME},
    )


def sdl() -> str:
    """The schema in the schema definition language."""
    return build().as_str() + "\n"
