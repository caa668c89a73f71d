"""What has become of every record: how many were read, written, left out and changed, and why.

All that was read was written, updated, found as it is, or left out: `conclude` holds every import to that.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

EXAMPLES = 10
ORDER = ("author", "category", "tag", "image", "post", "comment", "linkback")
"""Of the kinds that become rows; what else a file has comes after them."""


class Outcome(StrEnum):
    """What has become of one record."""

    WRITTEN = "written"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left out"


class BrokenAccount(Exception):
    """Something that was read has come to nothing without a reason."""


@dataclass(slots=True)
class Reason:
    """How many records share a reason, and the keys of the first few."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, key: str) -> None:
        """One more."""
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(key)


@dataclass(slots=True)
class KindReport:
    """The account of one kind of record."""

    read: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    left_out: dict[str, Reason] = field(default_factory=dict)
    changed: dict[str, Reason] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The account as it is written to a file."""
        return {
            "read": self.read,
            **{outcome.replace(" ", "_"): self.outcomes[outcome] for outcome in Outcome},
            "reasons_for_leaving_out": _as_json(self.left_out),
            "reasons_for_changing": _as_json(self.changed),
        }


class Report:
    """The account of an import, by kind of record; `source` is the name that the ledger knows the blog by."""

    def __init__(self, source: str, *, dry_run: bool = False) -> None:
        self.source = source
        self.dry_run = dry_run
        self.kinds: dict[str, KindReport] = {}

    def read(self, kind: str, count: int = 1) -> None:
        """So many more have been read."""
        self._kind(kind).read += count

    def done(self, kind: str, outcome: Outcome, count: int = 1) -> None:
        """So many have been written, updated or found as they are."""
        self._kind(kind).outcomes[outcome] += count

    def left_out(self, kind: str, key: str, reason: str) -> None:
        """One that has been read does not come over."""
        account = self._kind(kind)
        account.outcomes[Outcome.LEFT_OUT] += 1
        account.left_out.setdefault(reason, Reason()).add(key)

    def changed(self, kind: str, key: str, reason: str) -> None:
        """One comes over otherwise than the file has it."""
        self._kind(kind).changed.setdefault(reason, Reason()).add(key)

    def conclude(self) -> None:
        """Raise BrokenAccount unless all that was read is accounted for."""
        for kind, account in self.kinds.items():
            if account.read != account.outcomes.total():
                raise BrokenAccount(f"{kind}: {account.read} read, {account.outcomes.total()} accounted for")

    def as_json(self) -> dict[str, Any]:
        """The whole account."""
        kinds = {kind: account.as_json() for kind, account in self._in_order()}
        return {"source": self.source, "dry_run": self.dry_run, "kinds": kinds}

    def lines(self) -> Iterator[str]:
        """The account for people, a line for each kind and each reason."""
        for kind, account in self._in_order():
            told = ", ".join(
                f"{account.outcomes[each]:,} {each}" for each in Outcome if account.outcomes[each]
            )
            yield f"{kind}: {account.read:,} read" + (f", {told}" if told else "")
            yield from _lines("left out", account.left_out)
            yield from _lines("changed", account.changed)

    def _in_order(self) -> list[tuple[str, KindReport]]:
        places = {kind: place for place, kind in enumerate(ORDER)}
        return sorted(self.kinds.items(), key=lambda each: (places.get(each[0], len(ORDER)), each[0]))

    def _kind(self, kind: str) -> KindReport:
        return self.kinds.setdefault(kind, KindReport())


def _as_json(reasons: dict[str, Reason]) -> list[dict[str, Any]]:
    return [
        {"reason": reason, "count": those.count, "examples": those.examples}
        for reason, those in reasons.items()
    ]


def _lines(what: str, reasons: dict[str, Reason]) -> Iterator[str]:
    for reason, those in reasons.items():
        more = ", …" if those.count > len(those.examples) else ""
        yield f"  {those.count:,} {what}: {reason} ({', '.join(those.examples)}{more})"
