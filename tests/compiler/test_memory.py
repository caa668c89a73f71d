"""Memory is bounded, and by weights that are true."""

# ruff: noqa: SLF001 - what is kept shows nowhere else

import gc
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest

from compiler import Request, RequestError, Subscription
from compiler.document_cache import PLANS_PER_OPERATION, DocumentCache
from compiler.planner import Execution
from runtime.lru import WeightedLRU
from tests.compiler.asking import ANYBODY, Context, Library


def document(number: int, books: int = 1) -> str:
    fields = " ".join(
        f"b{n}: books(first: 2, filter: {{title: $t}}) "
        f"{{ totalCount nodes {{ id title a{number}: author {{ id name }} }} }}"
        for n in range(books)
    )
    return f"query Q{number}($t: String) {{ {fields} }}"


def entries(recent: WeightedLRU[Any]) -> int:
    """The sum of all weights, counted anew."""
    return sum(weight for _, weight in recent._entries.values())


async def test_thousands_of_documents_fit_into_the_bound(library: Library) -> None:
    documents = DocumentCache(library.engine._graphql, library.engine._limits, capacity=2 * 2**20)
    library.engine._documents = documents
    for number in range(5_000):
        query = document(number) if number % 10 == 0 else f"{{ x{number}: __typename }}"
        operation = library.engine.prepare(Request(query))
        if number % 100 == 0:
            await library.answer(query)
            assert operation.plans.weight > 1000
        assert documents._known.weight <= 2 * 2**20
    assert 50 < len(documents._known) < 1000
    assert entries(documents._known) == documents._known.weight


async def test_thousands_of_bad_documents_fit_into_the_bound(library: Library) -> None:
    documents = DocumentCache(library.engine._graphql, library.engine._limits, capacity=2**20)
    library.engine._documents = documents
    for number in range(500):
        with pytest.raises(RequestError):
            library.engine.prepare(Request(f"{{ unknown{number} a b c d {'x' * number} }}"))
    assert len(documents._known) < 300
    assert entries(documents._known) == documents._known.weight <= 2**20


async def test_thousands_of_shapes_of_the_variables_fit_into_the_bound(library: Library) -> None:
    """The page sizes are part of them, because they decide how many rows there can be."""
    query = """
        query ($n: Int, $t: String, $g: Genre, $l: Boolean) {
            books(first: $n, filter: {title: $t, genre: $g, lent: $l}) { totalCount }
        }
    """
    operation = library.engine.prepare(Request(query))
    documents = library.engine._documents._known
    for number in range(10_000):
        variables: dict[str, Any] = {
            "n": number,
            "t": None if number % 2 else "x",
            "g": ["NOVEL", None][number % 3 % 2],
        }
        if number % 5:
            variables["l"] = bool(number % 7)
        values = operation.coerce(library.engine._graphql, variables)
        try:
            library.engine._direct_reads.fields(Execution(operation, values, ANYBODY))
        except RequestError:
            assert number > 100
        assert operation.plans.weight <= PLANS_PER_OPERATION
    assert entries(operation.plans) == operation.plans.weight
    assert documents.weight == entries(documents) > operation.plans.weight


@pytest.mark.parametrize("books", [1, 4, 12])
async def test_a_document_weighs_what_it_takes(library: Library, books: int) -> None:
    """Within a half: plans included."""
    await library.answer(document(0, books))  # whatever is made once
    known = library.engine._documents._known
    weight = known.weight
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(1, 21):
            await library.answer(document(number, books))
        library.database.statements.clear()
        gc.collect()
        took = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert 0.5 < took / (known.weight - weight) < 1.5


FULL = "TOO_MANY_SUBSCRIPTIONS"


def arrivals(number: int) -> str:
    fields = f"a{number}: arrived(genre: $g) {{ id title @skip(if: $s) }}"
    return f"subscription ($g: Genre, $s: Boolean = false) {{ {fields} }}"


class Follower:
    """Subscribes to documents of different texts, on an engine with room for three."""

    def __init__(self, library: Library, room: float = 3.8) -> None:
        one = library.engine._documents.plain(library.engine.prepare(Request(arrivals(0))))
        library.engine.subscribe(one, None, Context(ANYBODY))
        self.room = room * one.weight  # which is half of it, for clients of more than a few documents
        self.engine = Library(library.database.real, subscription_memory=int(2 * self.room)).engine

    def subscribe(self, number: int, client: Any = None, **variables: Any) -> Subscription:
        return self.write(arrivals(number), client, **variables)

    def write(self, query: str, client: Any = None, **variables: Any) -> Subscription:
        return self.engine.subscribe(self.engine.prepare(Request(query)), variables, Context(ANYBODY), client)

    def attempt(self, number: int, client: Any = None) -> Subscription | None:
        """A subscription, unless there is no room for it."""
        try:
            return self.subscribe(number, client)
        except RequestError as refusal:
            if refusal.errors[0]["extensions"]["code"] != FULL:
                raise
        return None

    def refused(self, number: int, client: Any = None) -> bool:
        return self.attempt(number, client) is None


@pytest.fixture
def follower(library: Library) -> Iterator[Follower]:
    gc.collect()
    gc.disable()
    yield Follower(library)
    gc.enable()


async def test_subscriptions_to_new_documents_are_refused_beyond_the_bound(follower: Follower) -> None:
    open_ = [follower.subscribe(number) for number in range(3)]
    assert follower.refused(3)
    assert follower.refused(4)
    assert 0 < follower.engine._pinned_operations.weight <= follower.room
    assert len(open_) == 3


async def test_one_document_costs_once_however_many_follow_it(follower: Follower) -> None:
    many = [follower.subscribe(1, g=genre) for genre in ("POEMS", "NOVEL") for _ in range(100)]
    more = [follower.subscribe(2), follower.subscribe(3)]
    assert follower.refused(4)
    many += [follower.subscribe(1) for _ in range(100)]
    assert len(many + more) == 302


async def test_subscriptions_that_end_make_room(follower: Follower) -> None:
    open_ = [follower.subscribe(number) for number in range(3)]
    assert follower.refused(3)
    open_.pop()
    open_.append(follower.subscribe(3))
    assert follower.refused(4)
    open_.clear()
    assert follower.engine._pinned_operations.weight == 0


async def test_a_document_in_use_that_is_parsed_again_is_the_same(follower: Follower) -> None:
    open_ = [follower.subscribe(number) for number in range(3)]
    follower.engine._documents = DocumentCache(follower.engine._graphql, follower.engine._limits)
    weight = follower.engine._pinned_operations.weight
    open_.append(follower.subscribe(0))
    assert follower.engine._pinned_operations.weight == weight
    assert len(open_) == 4


async def test_what_is_planned_later_is_weighed_too(follower: Follower) -> None:
    one = follower.subscribe(0)
    weight = follower.engine._pinned_operations.weight
    other = follower.subscribe(0, s=True)
    assert follower.engine._pinned_operations.weight > weight
    del one, other
    assert follower.engine._pinned_operations.weight == 0


async def test_blanks_and_comments_are_not_held(follower: Follower) -> None:
    open_ = [follower.subscribe(0, "plain")]
    weight = follower.engine._pinned_operations.weight
    for number in range(20):
        padded = arrivals(0).replace("{", "{ # nothing" + " " * 20_000 + f"\n,,, # {number}\n")
        open_.append(follower.write(padded, number))
    assert follower.engine._pinned_operations.weight == weight
    assert len({one.key for one in open_}) == 1
    assert not follower.refused(1)


async def test_errors_of_a_padded_document_say_where_they_are_in_it(follower: Follower) -> None:
    query = "# first\n\n  subscription ($g: Genre!) { arrived(genre: $g) { id } }"
    with pytest.raises(RequestError) as refusal:
        follower.write(query, "one", g=None)
    (location,) = refusal.value.errors[0]["locations"]
    assert location == {"line": 3, "column": 17}


async def test_half_of_the_room_is_for_those_who_hold_little(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compiler.pinned.SMALL_HOLDER_PART", 16)
    follower = Follower(library, room=16)  # so two documents are little
    numbers, open_, subscribed = iter(range(1, 1000)), [], follower.engine._pinned_operations
    for hog in ("one", "two"):
        while one := follower.attempt(next(numbers), hog):
            open_.append(one)
    assert 0.9 * follower.room < (much := subscribed.weight) < 1.3 * follower.room
    for newcomer in range(8):
        open_.append(follower.subscribe(next(numbers), newcomer))
        assert follower.refused(next(numbers), "one")
    assert subscribed.weight > much + follower.room / 4


async def test_what_one_client_holds_is_counted_to_another_who_goes_on(follower: Follower) -> None:
    first = [follower.subscribe(number, "first") for number in range(3)]
    others = [follower.subscribe(number, "other") for number in range(3)]
    subscribed = follower.engine._pinned_operations
    assert set(subscribed._weights) == {"first"}
    weight = subscribed.weight
    del first
    assert subscribed._weights == {"other": weight}
    assert follower.refused(4, "other")
    del others
    assert subscribed._weights == {}
    assert subscribed.weight == 0
