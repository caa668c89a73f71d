"""Cancelling work where it is suspended for the first time, for the second, for the nth."""

import asyncio
import itertools
from collections.abc import Awaitable, Generator
from functools import partial
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class CancelledAt(Generic[Result]):
    """Awaits the work, and has its task cancelled at the nth suspension, as by somebody else at that moment.

    `reached` says whether the work was suspended so often.
    """

    def __init__(self, work: Awaitable[Result], number: int) -> None:
        self._work = work
        self._number = number
        self.reached = False

    def __await__(self) -> Generator[Any, Any, Result]:
        steps = self._work.__await__()
        step = partial(steps.send, None)
        for number in itertools.count(1):
            try:
                blocked_on = step()
            except StopIteration as end:
                result: Result = end.value
                return result
            if number == self._number and (task := asyncio.current_task()) is not None:
                self.reached = True
                task.cancel()  # it cancels what it waits for, as soon as it waits
            try:
                yield blocked_on
                step = partial(steps.send, None)
            except BaseException as error:  # noqa: BLE001 - it is the work's business
                step = partial(steps.throw, error)
        raise AssertionError
