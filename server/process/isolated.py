"""Work in a process of its own, of which nothing stays in this one: no thread, no loop, nothing opened.

A thread that the parent once had would be missing in every worker that it forks, and those who wait for it would
wait for ever.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

Result = TypeVar("Result")


def run_in_child(work: Callable[[], Result]) -> Result:
    """What the work returns, or raise what it raises: either can be pickled."""
    forking = multiprocessing.get_context("fork")
    answers, answer = forking.Pipe(duplex=False)
    process = forking.Process(target=_answer, args=(work, answer))
    process.start()
    answer.close()
    try:
        result, error = answers.recv()
    finally:
        process.join()
        answers.close()
    if error is not None:
        raise error
    done: Result = result
    return done


def _answer(work: Callable[[], object], answer: Connection) -> None:
    result, error = None, None
    try:
        result = work()
    except Exception as raised:  # noqa: BLE001 - the other process raises it
        error = raised
    except KeyboardInterrupt:
        return
    answer.send((result, error))
