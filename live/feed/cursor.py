"""A position in the log, as clients carry it: `<position>-<mark>`.

The mark is random and stored with the event. A restored backup writes other marks for the same positions, and
so a cursor from the lost future is recognised instead of silently skipping what happened since.
"""

import re
import secrets
from dataclasses import dataclass

_SHAPE = re.compile(r"([0-9]{1,18})-([0-9a-f]{8})", re.ASCII)


class MalformedCursor(ValueError):
    """This text was never a cursor of any feed. `str()` is fit for the client."""

    def __init__(self) -> None:
        super().__init__("This is not a cursor of the comment feed.")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position and the mark it was given."""

    position: int
    mark: str

    def __str__(self) -> str:
        return f"{self.position}-{self.mark}"


def new_mark() -> str:
    """Eight hexadecimal digits that no other history has at this position."""
    return secrets.token_hex(4)


def parse(text: str) -> Cursor:
    """Read a cursor; raises MalformedCursor."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise MalformedCursor
    return Cursor(int(match[1]), match[2])
