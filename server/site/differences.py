"""Two versions of a text, side by side: which of its lines are new, which are gone."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_LINES = 400
"""Lines that are compared one by one, for the time that takes; of more, those between are simply other ones."""
CONTEXT = 2


class Piece(NamedTuple):
    """Lines that both versions have ("same"), only the former one ("gone") or only the new one ("new").

    Of more than a few that both have, `left_out` are not shown.
    """

    kind: str
    lines: Sequence[str]
    left_out: int = 0


def differences(former: str, new: str) -> list[Piece]:
    """What leads from one version to the other, in order; nothing where they are the same."""
    if former == new:
        return []
    old_lines, new_lines = (text.split("\n") if text else [] for text in (former, new))
    start = _common(old_lines, new_lines)
    end = _common(old_lines[start:][::-1], new_lines[start:][::-1])
    old_end, new_end = len(old_lines) - end, len(new_lines) - end
    pieces = [Piece("same", old_lines[:start])]
    pieces += _between(old_lines[start:old_end], new_lines[start:new_end])
    pieces.append(Piece("same", old_lines[old_end:]))
    return [_shortened(piece) for piece in pieces if piece.lines]


def _common(some: Sequence[str], others: Sequence[str]) -> int:
    """How many lines are the same from the start on."""
    count = 0
    for one, other in zip(some, others, strict=False):
        if one != other:
            break
        count += 1
    return count


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    if len(old) + len(new) > MOST_LINES:
        yield from (Piece("gone", old), Piece("new", new))
        return
    for kind, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            yield Piece("same", old[old_start:old_end])
        else:
            yield from (Piece("gone", old[old_start:old_end]), Piece("new", new[new_start:new_end]))


def _shortened(piece: Piece) -> Piece:
    """Of many lines that both have, the ones next to what changed."""
    if piece.kind != "same" or len(piece.lines) <= 2 * CONTEXT + 1:
        return piece
    lines = [*piece.lines[:CONTEXT], "…", *piece.lines[-CONTEXT:]]
    return Piece("same", lines, len(piece.lines) - 2 * CONTEXT)
