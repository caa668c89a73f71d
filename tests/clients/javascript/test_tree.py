"""The JavaScript client's threads, beside threads that are made anew each time."""

import pytest

from tests.clients.javascript.view import run


@pytest.mark.parametrize("seed", [1, 2])
def test_threads_are_right_after_every_step_and_cost_the_same_with_ten_thousand_comments(seed: int) -> None:
    seen = run("trees.js", str(seed))
    assert seen["oldest"] is True
    assert seen["newest"] is True
    assert seen["large"] < 20 * seen["small"], seen
