"""Whether two servers gave the same answer: the same values in the same places, however they write ids and moments."""

import re
from datetime import UTC, datetime
from typing import Any

import orjson

NUMBER = re.compile(r"(?:[a-z]+_)?(\d+)")


class Different(Exception):
    """Two answers differ; the message says where."""


def canonical(answer: bytes) -> Any:
    """What the JSON says, with ids as numbers and moments in UTC."""
    return _canonical(orjson.loads(answer), "")


def _canonical(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [_canonical(item, "") for item in value]
    if isinstance(value, str) and name == "id":
        match = NUMBER.fullmatch(value)
        return int(match[1]) if match else value
    if isinstance(value, str) and name.endswith("At"):
        return datetime.fromisoformat(value).astimezone(UTC)
    return value


def compare(expected: Any, found: Any, place: str) -> None:
    """Nothing, when the canonical values are equal.

    Raises:
        Different: they are not.
    """
    if isinstance(expected, dict) and isinstance(found, dict) and expected.keys() == found.keys():
        for key, member in expected.items():
            compare(member, found[key], f"{place}.{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for number, (one, other) in enumerate(zip(expected, found, strict=True)):
            compare(one, other, f"{place}[{number}]")
    elif expected != found:
        raise Different(f"{place} is {_short(found)}, not {_short(expected)}")


def _short(value: Any) -> str:
    text = f"{len(value)} items" if isinstance(value, list) else repr(value)
    return text if len(text) < 120 else text[:120] + "…"  # noqa: PLR2004 - as much as fits on a line
