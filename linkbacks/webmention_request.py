"""Webmentions as they come in (W3C Recommendation, 12 January 2017, section 3.2.1)."""

from linkbacks.charsets import decoded, named_charset
from linkbacks.forms import UnreadableFormError, read_form

HOW = "Send source and target, both addresses of pages, as a form."


class BadWebmentionError(ValueError):
    """What was sent is no webmention; the message says why."""


def read_webmention(content_type: bytes, body: bytes) -> tuple[str, str]:
    """Source and target, as they were sent.

    Raises:
        BadWebmentionError: one of them is missing.
    """
    try:
        form = read_form(content_type, body)
    except UnreadableFormError:
        raise BadWebmentionError(f"The form cannot be read. {HOW}") from None
    charset = [named_charset(content_type.decode("latin-1"))]
    source, target = (decoded(form.get(name, b""), charset).strip() for name in ("source", "target"))
    for name, value in (("source", source), ("target", target)):
        if not value:
            raise BadWebmentionError(f"The webmention has no {name}. {HOW}")
    return source, target
