"""Global ids: opaque to clients, a type's prefix and a primary key to us."""

from typing import Any

from compiler.params import Placeholder
from compiler.row import split_id


def global_id(prefix: str, number: int) -> str:
    """Such as `post_42`."""
    return f"{prefix}_{number}"


def primary_key(prefix: str, id_: Any) -> Any:
    """The primary key in a global id of this type; 0, which no row has, in anything else.

    A placeholder gives a placeholder.
    """
    if isinstance(id_, Placeholder):
        return id_.map(lambda value: primary_key(prefix, value), "int")
    found, number = split_id(id_)
    return number if found == prefix else 0
