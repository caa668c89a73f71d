"""A memory of bounded weight forgets what has not been used for longest."""

from runtime.lru import WeightedLRU


def test_recent_keeps_what_was_used_last() -> None:
    recent: WeightedLRU[str] = WeightedLRU(10)
    for key in "abc":
        recent.put(key, key.upper(), 3)
    assert recent.get("a") == "A"
    recent.put("d", "D", 3)
    assert [recent.get(key) for key in "abcd"] == ["A", None, "C", "D"]
    recent.put("d", "DD", 10)
    assert [recent.get(key) for key in "abcd"] == [None, None, None, "DD"]
    recent.put("e", "too heavy", 11)
    recent.put("d", "too heavy", 11)
    assert len(recent) == 0
    for number in range(1000):
        recent.put(number, "x", 1)
    assert len(recent) == 10


def test_an_entry_that_grows_makes_others_leave() -> None:
    told: list[int] = []
    recent: WeightedLRU[str] = WeightedLRU(10, told.append)
    recent.put("a", "A", 4)
    recent.put("b", "B", 4)
    recent.add_weight("b", 3)
    assert [recent.get("a"), recent.get("b"), recent.weight] == [None, "B", 7]
    recent.add_weight("gone", 100)
    recent.add_weight("b", 4)
    assert (len(recent), recent.weight) == (0, 0)
    assert told == [4, 4]
