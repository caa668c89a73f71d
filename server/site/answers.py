"""What the site answers with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from string import punctuation
from urllib.parse import quote

from server.http.entity_tags import entity_tag, is_known
from server.http.http_error import Headers
from server.http.response_cache import CachedResponse

HTML_TYPE = b"text/html; charset=utf-8"
TEXT_TYPE = b"text/plain; charset=utf-8"
CONTENT_SECURITY_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' http: https: data:; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"vary", b"accept-language, cookie"),
)
NOT_KEPT = (b"cache-control", b"no-store")
"""The header of pages about accounts, which nobody keeps."""
KEPT_FOR_A_DAY = (b"cache-control", b"public, max-age=86400")
NOT_MODIFIED = 304
SEE_OTHER = 303
MOVED = 301


@dataclass(frozen=True, slots=True)
class Answer(CachedResponse):
    """A page, or the way to another one. `headers` are those that it has besides the usual ones."""

    status: int = 200
    headers: Headers = ()
    content_type: bytes = HTML_TYPE
    etag: bytes = field(default=b"", compare=False)

    @property
    def is_not_kept(self) -> bool:
        """Whether neither browsers nor the server keep it."""
        return NOT_KEPT in self.headers

    def answer(
        self, headers: Mapping[bytes, bytes], *, private: bool = False
    ) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """The status, the headers but for the length, and the body, for a request with these headers."""
        lines = [*ALWAYS, *self.headers]
        if private and KEPT_FOR_A_DAY in lines:
            lines.remove(KEPT_FOR_A_DAY)
        if self.is_not_kept:
            return self.status, [*lines, (b"content-type", self.content_type)], self.body
        if self.status >= MOVED or private:
            kept = b"private, no-store" if self.status >= MOVED else b"private, no-cache"
            lines += [] if any(name == b"cache-control" for name, _ in lines) else [(b"cache-control", kept)]
        else:
            lines += [(b"cache-control", b"public, no-cache"), (b"etag", self.etag)]
            if is_known(self.etag, headers):
                return NOT_MODIFIED, lines, b""
        return self.status, [*lines, (b"content-type", self.content_type)], self.body


def page(
    html: str,
    operation: str | None,
    *,
    status: int = 200,
    headers: Headers = (),
    content_type: bytes = HTML_TYPE,
) -> Answer:
    """A page to show."""
    body = html.encode()
    return Answer(body, operation, status, headers, content_type, entity_tag(body))


def see_other(address: str, *headers: tuple[bytes, bytes]) -> Answer:
    """The page to look at after a form was sent, so that loading it again sends nothing again."""
    return Answer(b"", None, SEE_OTHER, (_location(address), *headers))


def moved(address: str) -> Answer:
    """Where the page is today; browsers would keep a permanent redirect for good."""
    return Answer(b"", None, MOVED, (_location(address), KEPT_FOR_A_DAY))


def _location(address: str) -> tuple[bytes, bytes]:
    """The header, whatever somebody has typed into the address: nothing in it can end a line."""
    return b"location", quote(address, safe=punctuation, errors="replace").encode()
