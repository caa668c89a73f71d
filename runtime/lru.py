"""A memory of bounded weight, which forgets what has not been used for longest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class WeightedLRU(Generic[Value]):
    """A mapping that keeps the most recently used entries, as far as the sum of their weights allows.

    `changed` is told by how much that sum has changed.
    """

    def __init__(self, capacity: int, changed: Callable[[int], None] = lambda _: None) -> None:
        self._capacity = capacity
        self._changed = changed
        self.weight = 0
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """The entry, now the most recent; None when there is none."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, key: Hashable, value: Value, weight: int = 1) -> None:
        """Keep the entry; the least recently used ones make room. One that is too heavy alone is not kept."""
        before = self.weight
        self._drop(key)
        if weight <= self._capacity:
            self._entries[key] = (value, weight)
            self.weight += weight
        self._make_room()
        self._changed(self.weight - before)

    def add_weight(self, key: Hashable, more: int) -> None:
        """An entry has become heavier, if it is still there."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries[key] = (entry[0], entry[1] + more)
            self.weight += more
            self._make_room()

    def _make_room(self) -> None:
        while self.weight > self._capacity:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        self.weight -= entry[1] if entry else 0

    def __len__(self) -> int:
        return len(self._entries)
