"""A reference from Python to a row that the compiler reads, and the global ids of rows."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """What a resolver returns for an object that is a row: the GraphQL type's name and the primary key.

    The executor replaces it by what the client selected, read in one statement as the viewer may see it; a row that
    is gone or invisible is null.
    """

    type_name: str
    id: int


def split_id(global_id: Any) -> tuple[str, int]:
    """Type prefix and primary key of a global id; ("", 0), which no row has, when it is none."""
    prefix, _, number = str(global_id).rpartition("_")
    if not (number.isascii() and number.isdigit() and len(number) <= 18 and number[0] != "0"):  # noqa: PLR2004 - fits 64 bits
        return "", 0
    return prefix, int(number)
