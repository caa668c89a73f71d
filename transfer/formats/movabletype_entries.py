"""The entries of a Movable Type export: a head of `KEY: value` lines, and sections such as BODY and COMMENT.

A line of five dashes ends a section and one of eight an entry. Movable Type 7 puts a tab after such a line where it
is text; before, it stood there as it was. So a line of dashes ends nothing unless what comes after it can begin a
section, or an entry.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

END_OF_SECTION, END_OF_ENTRY = "-----", "--------"
PROTECTED = frozenset({"-----\t", "--------\t"})
HEAD_KEYS = frozenset({
    *("AUTHOR", "TITLE", "BASENAME", "STATUS", "ALLOW COMMENTS", "ALLOW PINGS", "CONVERT BREAKS", "DATE", "TAGS"),
    *("PRIMARY CATEGORY", "CATEGORY", "NO ENTRY", "UNIQUE URL", "IMAGE"),
})  # fmt: skip
SECTION_KEYS = frozenset({"BODY", "EXTENDED BODY", "EXCERPT", "KEYWORDS", "COMMENT", "PING"})

_HEAD_LINE = re.compile(r"\s*([A-Z][A-Z ]*?)\s*:(.*)", re.DOTALL)
_SECTION_LINE = re.compile(r"([A-Z][A-Za-z0-9_ -]*):")


@dataclass(slots=True)
class Section:
    """`lines` are without line ends; `number` is the line of the file on which it begins."""

    key: str
    number: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The lines without empty ones around them."""
        return "\n".join(self.lines).strip("\n")


@dataclass(slots=True)
class Entry:
    """The values of a head by their keys, and the sections below it; `number` is the line on which it begins.

    One that is not `complete` is the last one of a file in which nothing marks its end.
    """

    number: int
    head: dict[str, list[str]] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    complete: bool = False

    def value(self, key: str) -> str:
        """The first value of a key, empty if it is not there."""
        return next(iter(self.head.get(key, ())), "")

    def of(self, key: str) -> str:
        """The text of the first section of that name."""
        return next((section.text for section in self.sections if section.key == key), "")


def entries(lines: Iterable[tuple[int, str]]) -> Iterator[Entry]:
    """Entry by entry. One is kept in memory, with all its comments."""
    entry: Entry | None = None
    for number, between, line in _separated(lines):
        if entry and between and _ends_entry(between, line):
            entry.complete = True
            yield entry
            entry = None
        if between and not line:
            break
        entry = entry or Entry(number)
        if between and _begins_section(between, line):
            entry.sections.append(Section(line.strip().rstrip(":"), number))
        elif entry.sections:
            entry.sections[-1].lines += [*between, line]
        else:
            _add_to_head(entry, number, line)
    if entry:
        yield entry


def head_lines(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The keys and values of lines, as long as they are such."""
    for line in lines:
        found = _HEAD_LINE.fullmatch(line)
        if not found:
            return
        yield found[1], found[2].strip()


def _separated(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, list[str], str]]:
    """Lines, each with the dashes before it and what is empty after these; an empty line for those that come last."""
    between: list[str] = []
    number = 0
    for number, line in lines:
        if line in {END_OF_SECTION, END_OF_ENTRY} or (between and not line.strip()):
            between.append(line)
            continue
        yield number, between, line[:-1] if line in PROTECTED else line
        if between:
            between = []
    if between:
        yield number, between, ""


def _ends_entry(between: list[str], line: str) -> bool:
    return END_OF_ENTRY in between and (not line or _head_key(line) in HEAD_KEYS)


def _begins_section(between: list[str], line: str) -> bool:
    key = _SECTION_LINE.fullmatch(line.rstrip())
    return END_OF_ENTRY not in between and key is not None and (key[1] in SECTION_KEYS or key[1].isupper())


def _add_to_head(entry: Entry, number: int, line: str) -> None:
    for key, value in head_lines([line]):
        if key == "START BODY":  # so began the text in the oldest files, without a line of dashes
            entry.sections.append(Section("BODY", number, [value] if value else []))
        else:
            entry.head.setdefault(key, []).append(value)


def _head_key(line: str) -> str:
    return next((key for key, _ in head_lines([line])), "")
