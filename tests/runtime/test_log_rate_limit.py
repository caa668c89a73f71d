from runtime.log_rate_limit import LogRateLimit


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_one_line_stands_for_all_since_the_last() -> None:
    clock = Clock()
    limit = LogRateLimit(10, clock)
    assert [limit.admit() for _ in range(4)] == [1, 0, 0, 0]
    clock.seconds = 9.9
    assert limit.admit() == 0
    clock.seconds = 10
    assert [limit.admit() for _ in range(2)] == [5, 0]
    clock.seconds = 100
    assert limit.admit() == 2


def test_each_kind_has_lines_of_its_own() -> None:
    limit = LogRateLimit(10, Clock())
    assert [limit.admit(kind) for kind in ("full", "crowded", "full", "crowded")] == [1, 1, 0, 0]
