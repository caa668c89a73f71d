"""A reference from Python to a row that the compiler reads."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What a resolver returns for an object that is a row: the GraphQL type's name and the primary key.

    The executor replaces it by what the client selected, read in one statement as the viewer may see it; a row that
    is gone or invisible is null.
    """

    type_name: str
    id: int
