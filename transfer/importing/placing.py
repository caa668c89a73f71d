"""Threads as trees of numbers: circles are broken, and nothing hangs deeper than it may."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping

Parents = dict[int, int | None]
"""What each comment, or category, hangs under."""
Place = tuple[int | None, int]
"""The parent, and the depth."""


def broken_circles(parents: Parents, moved: set[int]) -> Iterator[int]:
    """Take the parent from the first of the `moved` in each circle, of which each has one at least."""
    children, reached = _children(parents), set[int]()
    _reach(children, (id_ for id_, parent_id in parents.items() if parent_id is None), reached)
    for id_ in sorted(moved):
        if id_ not in reached:
            first = min(moved.intersection(_circle(parents, id_)))
            parents[first] = None
            _reach(children, [first], reached)
            yield first


def placed(parents: Parents, before: Mapping[int, Place], moved: set[int], deepest: int) -> dict[int, Place]:
    """The place of each of the `moved` and of all below them, none deeper than it may be; there are no circles."""
    children, places = _children(parents), dict(before)
    told: dict[int, Place] = {}
    waiting = deque((id_, False) for id_, parent_id in parents.items() if parent_id is None)
    while waiting:
        id_, changes = waiting.popleft()
        changes = changes or id_ in moved
        if changes:
            places[id_] = told[id_] = _place(parents[id_], places, deepest)
        waiting.extend((child, changes) for child in children[id_])
    return told


def _place(parent_id: int | None, places: Mapping[int, Place], deepest: int) -> Place:
    if parent_id is None:
        return None, 0
    above, depth = places[parent_id]
    return (parent_id, depth + 1) if depth < deepest else (above, depth)


def _children(parents: Parents) -> defaultdict[int, list[int]]:
    children = defaultdict[int, list[int]](list)
    for id_, parent_id in parents.items():
        if parent_id is not None:
            children[parent_id].append(id_)
    return children


def _reach(children: Mapping[int, list[int]], roots: Iterable[int], reached: set[int]) -> None:
    """Add the roots and all below them; a circle is gone through once."""
    waiting = deque(roots)
    while waiting:
        id_ = waiting.popleft()
        if id_ not in reached:
            reached.add(id_)
            waiting.extend(children[id_])


def _circle(parents: Parents, id_: int) -> set[int]:
    """Those in the circle that is above it."""
    seen: dict[int, int] = {}
    while id_ not in seen:
        seen[id_] = len(seen)
        above = parents[id_]
        assert above is not None  # noqa: S101 - nothing at the top is above it
        id_ = above
    return {each for each, place in seen.items() if place >= seen[id_]}
