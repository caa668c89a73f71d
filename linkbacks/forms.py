"""Forms as they are posted, urlencoded or in parts: names and bytes, which somebody else knows the charset of."""

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import create_form_parser

MULTIPART, URLENCODED = b"multipart/form-data", b"application/x-www-form-urlencoded"
MOST_FIELDS = 50


class UnreadableFormError(ValueError):
    """The body is no form."""


def read_form(content_type: bytes, body: bytes) -> Mapping[str, bytes]:
    """The first value of each field. A body of no type that a form has is taken for an urlencoded one.

    Raises:
        UnreadableFormError: there are no fields in it.
    """
    if content_type.partition(b";")[0].strip().lower() == MULTIPART:
        return _first(_parts(content_type, body))
    pairs = body.replace(b"+", b" ").split(b"&", MOST_FIELDS)[:MOST_FIELDS]
    named = (pair.partition(b"=") for pair in pairs)
    return _first([(unquote_to_bytes(name), unquote_to_bytes(value)) for name, _, value in named])


def _parts(content_type: bytes, body: bytes) -> list[tuple[bytes, bytes]]:
    fields: list[tuple[bytes, bytes]] = []

    def found(field: object) -> None:
        name, value = getattr(field, "field_name", None), getattr(field, "value", None)
        if len(fields) < MOST_FIELDS:
            fields.append((name or b"", value or b""))

    try:
        parser = create_form_parser({"Content-Type": content_type}, found, lambda _file: None)
        parser.write(body)
        parser.finalize()
    except (FormParserError, ValueError, LookupError) as error:
        raise UnreadableFormError("The form cannot be read.") from error
    return fields


def _first(fields: list[tuple[bytes, bytes]]) -> Mapping[str, bytes]:
    return {name.decode("latin-1"): value for name, value in reversed(fields)}
