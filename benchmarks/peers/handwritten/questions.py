"""The questions as statements: which one an operation names, and what its placeholders stand for."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NEWEST = ("9999-12-31T23:59:59.999999Z", 0)
"""Where the first page begins."""

Parameters = tuple[str, *tuple[Any, ...]]


def now() -> str:
    """This moment, as the rows have theirs."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def page(variables: dict[str, Any]) -> Parameters:
    """Behind the cursor `moment,id`."""
    after = variables["after"]
    if after is None:
        return (now(), *NEWEST)
    moment, _, id_ = after.partition(",")
    return now(), moment, int(id_)


def post(variables: dict[str, Any]) -> Parameters:
    """The post called `post_42`."""
    return now(), int(variables["id"][5:])


PARAMETERS: dict[str, Callable[[dict[str, Any]], Parameters]] = {
    "FrontPage": page,
    "OnePost": post,
    "Tiny": post,
    "List": page,
}
FILES = {"FrontPage": "front_page", "OnePost": "one_post", "Tiny": "tiny", "List": "list"}


def statements(dialect: str) -> dict[str, str]:
    """The statement of each operation."""
    return {name: (FOLDER / dialect / f"{file}.sql").read_text() for name, file in FILES.items()}
