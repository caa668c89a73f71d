"""JSON from and to clients, in which a text may have half a surrogate pair, as JavaScript's may.

The escape of a half alone is JSON (RFC 8259, section 8.2) and no Unicode. What it means for an operation is for those
to say who want the text: it is no reason to refuse the request, let alone to lose a socket with all that goes on there.
"""

import json
import re
from typing import Any

import orjson

_HALF = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def decoded(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        given = text.encode(errors="surrogatepass") if isinstance(text, str) else text
        if not _HALF.search(given):
            raise
    orjson.loads(_HALF.sub(rb"\\ufffd", given))  # it alone decides whether all the rest is right
    try:
        return json.loads(given.decode())
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def encoded(value: Any) -> str:
    """The JSON text of a value."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # it has no words for half a pair
        return json.dumps(value)
