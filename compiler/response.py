"""The answer to an operation, as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Response:
    """The JSON map of section 7.1 of the specification, encoded; `errors` tells whether it has any."""

    body: bytes
    errors: bool = False

    @classmethod
    def of(cls, data: Any, errors: list[dict[str, Any]], extensions: dict[str, Any]) -> Response:
        """Encode it, its members in the order that the specification recommends."""
        answer: dict[str, Any] = {"errors": errors} if errors else {}
        answer["data"] = data
        if extensions:
            answer["extensions"] = extensions
        return cls(_encoded(answer), bool(errors))


def _encoded(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError:  # an error may quote what a client has sent
        return orjson.dumps(_whole(value))


def _whole(value: Any) -> Any:
    """The same with question marks for halves of surrogate pairs, which are no text."""
    match value:
        case str():
            return value.encode(errors="replace").decode()
        case dict():
            return {_whole(key): _whole(item) for key, item in value.items()}
        case list():
            return [_whole(item) for item in value]
    return value
