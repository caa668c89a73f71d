"""The site's cookies: the session's, for those who have signed in, and the language's, for those who chose one.

A reader who does neither has none.
"""

from collections.abc import Mapping

from resolvers.policy import Site
from server.http.http_error import Headers
from server.site.language import COOKIE as LANGUAGE

LONGEST_SECONDS = 400 * 24 * 3600
"""As long as browsers keep any; the server knows when the session ends."""


def is_secure(site: Site) -> bool:
    """Whether the site is served over TLS, so that its cookies never go another way."""
    return site.url.startswith("https:")


def session_cookie(site: Site) -> str:
    """The name of the session's cookie. With its prefix no other host, path or plain connection can set it."""
    return "__Host-causerie" if is_secure(site) else "causerie"


def read_cookies(header: bytes | None) -> Mapping[str, str]:
    """The cookies of a request; one that cannot be read is none."""
    if header is None:
        return {}
    found: dict[str, str] = {}
    for pair in header.decode("latin-1").split(";"):
        name, _, value = pair.strip().partition("=")
        found.setdefault(name, value.strip('"'))
    return found


def set_session(site: Site, token: str) -> tuple[bytes, bytes]:
    """The header that signs a browser in."""
    return _line(session_cookie(site), token, site, seconds=LONGEST_SECONDS, hidden=True)


def end_session(site: Site) -> tuple[bytes, bytes]:
    """The header that makes a browser forget its session."""
    return _line(session_cookie(site), "", site, seconds=0, hidden=True)


def remember(site: Site, name: str, value: str) -> tuple[bytes, bytes]:
    """The header that makes a browser keep something for the pages to come; an empty value is forgotten."""
    return _line(name, value, site, seconds=LONGEST_SECONDS if value else 0, hidden=True)


def changes_session(site: Site, headers: Headers) -> bool:
    """Whether an answer signs a browser in or out."""
    begin = f"{session_cookie(site)}=".encode()
    return any(name == b"set-cookie" and value.startswith(begin) for name, value in headers)


def set_language(site: Site, language: str) -> tuple[bytes, bytes]:
    """The header that makes a browser remember the language that was chosen."""
    return _line(LANGUAGE, language, site, seconds=LONGEST_SECONDS, hidden=False)


def _line(name: str, value: str, site: Site, *, seconds: int, hidden: bool) -> tuple[bytes, bytes]:
    parts = [f"{name}={value}", "Path=/", f"Max-Age={seconds}", "SameSite=Lax"]
    parts += ["HttpOnly"] if hidden else []
    parts += ["Secure"] if is_secure(site) else []
    return b"set-cookie", "; ".join(parts).encode("ascii")
