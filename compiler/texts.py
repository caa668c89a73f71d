"""JSON put together as text.

What SQLite knows of a value, that it is JSON and no string, is lost on its way out of a subquery: always since 3.54,
now and then before. A text is a text everywhere, so what comes out of a subquery goes on as text and is put between
the texts of the members around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LONGEST_CHAIN = 8
"""How many texts are put together one after the other. SQLite's expressions are at most 1000 levels deep, and a
subquery adds its own to those around it."""


class Part(NamedTuple):
    """A piece of JSON: an SQL expression, or text as it stands. An expression that may be NULL is empty then."""

    text: str
    is_literal: bool = False
    may_be_null: bool = False


@dataclass(frozen=True, slots=True)
class Json:
    """A value of the answer.

    It is an expression as the database's JSON functions take it: a column, or the result of such a function in the
    same SELECT. Or it is a text, which is JSON already and never NULL, in parts.
    """

    expression: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether it is put in as it stands."""
        return bool(self.parts)

    @property
    def sql(self) -> str:
        """The whole of it as one expression."""
        return _joined(self.parts) if self.parts else self.expression


Pair = tuple[str, Json]


def text(sql: str) -> Json:
    """The JSON of an expression that is its text."""
    return Json(parts=(Part(sql),))


def plain_object(pairs: Sequence[Pair]) -> str:
    """SQLite's JSON object of members that are no texts."""
    return "json_object(" + ",".join(f"'{name}',{value.expression}" for name, value in pairs) + ")"


def text_object(pairs: Sequence[Pair], most_pairs: int) -> Json:
    """An object as text: runs of plain members, of bounded length, and the texts between them."""
    parts: list[Part] = []
    rest = list(pairs)
    for run, name, value in _runs(pairs, most_pairs):
        parts += [*_up_to(run, name, first=not parts), *value]
        del rest[: len(run) + 1]
    parts += [_literal(","), Part(f"ltrim({plain_object(rest)},'{{')")] if rest else [_literal("}")]
    return Json(parts=tuple(_merged(parts)))


def text_array(item: Json) -> Json:
    """The aggregate that makes an array of texts."""
    items = Part(f"group_concat({item.sql})", may_be_null=True)
    return Json(parts=(_literal("["), items, _literal("]")))


def _literal(characters: str) -> Part:
    return Part(characters, is_literal=True)


def _runs(pairs: Sequence[Pair], most_pairs: int) -> Iterator[tuple[list[Pair], str, Iterable[Part]]]:
    """Plain members, and the text that follows them with its name; too many in a row, and one is made a text."""
    run: list[Pair] = []
    for name, value in pairs:
        if value.is_text or len(run) == most_pairs:
            yield run, name, value.parts or [Part(f"json_quote({value.expression})")]
            run = []
        else:
            run.append((name, value))


def _up_to(run: list[Pair], name: str, *, first: bool) -> list[Part]:
    """The members of a run and the next one's name, up to its value.

    The name comes with a zero for its value, so that what is cut off is known: other than a brace, which a member
    before it may end with, too.
    """
    if not run:
        return [_literal(f'{"{" if first else ","}"{name}":')]
    members = plain_object([*run, (name, Json("0"))])
    return [Part(f"rtrim({members},'0}}')")] if first else [_literal(","), Part(f"trim({members},'{{0}}')")]


def _merged(parts: Iterable[Part]) -> Iterator[Part]:
    """The same with what stands side by side as it is in one."""
    before = ""
    for part in parts:
        if part.is_literal:
            before += part.text
            continue
        if before:
            yield _literal(before)
            before = ""
        yield part
    if before:
        yield _literal(before)


def _joined(parts: Sequence[Part]) -> str:
    """The parts one behind the other."""
    while len(parts) > LONGEST_CHAIN:
        starts = range(0, len(parts), LONGEST_CHAIN)
        parts = [Part(_chained(parts[start : start + LONGEST_CHAIN], "(%s)")) for start in starts]
    return _chained(parts)


def _chained(parts: Sequence[Part], braces: str = "%s") -> str:
    """A few parts. NULL is nothing to printf(), which spares a large text a copy that coalesce() makes of it."""
    if any(part.may_be_null for part in parts):
        pattern = "".join(part.text if part.is_literal else "%s" for part in parts)
        return f"printf('{pattern}',{','.join(part.text for part in parts if not part.is_literal)})"
    return braces % "||".join(f"'{part.text}'" if part.is_literal else part.text for part in parts)
