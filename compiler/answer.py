"""The answer to an operation, as bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class Answer:
    """The JSON map of section 7.1 of the specification, encoded; `errors` tells whether it has any."""

    body: bytes
    errors: bool = False

    @classmethod
    def of(cls, data: Any, errors: list[dict[str, Any]], extensions: dict[str, Any]) -> Answer:
        """Encode it, its members in the order that the specification recommends."""
        answer: dict[str, Any] = {"errors": errors} if errors else {}
        answer["data"] = data
        if extensions:
            answer["extensions"] = extensions
        return cls(orjson.dumps(answer), bool(errors))
