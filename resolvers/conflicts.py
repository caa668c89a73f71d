"""Two verbs at once that want the same: one of them tries again and sees what the other has done.

On SQLite there is one writer and nothing to repeat. On PostgreSQL a slug that was free when it was chosen
may be taken when it is written, and a category that was there may be gone.
"""

import functools
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import ParamSpec, TypeVar

from tortoise.exceptions import IntegrityError

MOST_TRIES = 5

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def retry_on_conflict(
    verb: Callable[Arguments, Awaitable[Result]],
) -> Callable[Arguments, Awaitable[Result]]:
    """Repeat a unit of work that a constraint of the database has refused, up to TRIES times in all."""

    @functools.wraps(verb)
    async def repeated(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        for _ in range(MOST_TRIES - 1):
            with suppress(IntegrityError):
                return await verb(*args, **kwargs)
        return await verb(*args, **kwargs)

    return repeated
