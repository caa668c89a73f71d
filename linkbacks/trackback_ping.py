"""Trackbacks as they come in, and what is answered (TrackBack Technical Specification 1.2).

The answer is always a success of HTTP; whether it is one of the trackback is in its XML.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from linkbacks.charsets import charset_of, named_charset
from linkbacks.forms import UnreadableFormError, read_form
from linkbacks.plain_text import plain

NAMES = ("url", "title", "excerpt", "blog_name")
MEDIA_TYPE = "text/xml; charset=utf-8"
NO_URL = "The trackback has no url: send the address of the page that links here, as a form."


@dataclass(frozen=True, slots=True)
class TrackbackPing:
    """What a sender says of the page that links here; all but `url` may be empty."""

    url: str
    title: str
    excerpt: str
    blog_name: str


class BadTrackbackError(ValueError):
    """What was sent is no trackback; the message says why."""


def read_trackback(content_type: bytes, body: bytes) -> TrackbackPing:
    """What was posted.

    Raises:
        BadTrackbackError: it is no trackback.
    """
    try:
        form = read_form(content_type, body)
    except UnreadableFormError as error:
        raise BadTrackbackError(str(error)) from None
    charsets = [named_charset(content_type.decode("latin-1")), form.get("charset", b"").decode("latin-1")]
    said = [form.get(name, b"") for name in NAMES]
    charset = charset_of(b"\n".join(said), charsets)  # one for all: a name alone is too short for a guess
    fields = {name: value.decode(charset, "replace") for name, value in zip(NAMES, said, strict=True)}
    if not fields["url"].strip():
        raise BadTrackbackError(NO_URL)
    return TrackbackPing(
        fields["url"].strip(), plain(fields["title"]), plain(fields["excerpt"]), plain(fields["blog_name"])
    )


def trackback_answer(problem: str = "") -> bytes:
    """The XML that says that it was taken, or why not."""
    message = f"<message>{escape(problem)}</message>" if problem else ""
    error = int(bool(problem))
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<response><error>{error}</error>{message}</response>\n'
    return text.encode()
