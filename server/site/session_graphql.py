"""GraphQL for the scripts of the site's own pages, as whoever has signed in there.

Their session is in a cookie that no script can read. So they ask at an address of their own, with the token against
forged forms in a header, and go on from here like any client that sends its session itself.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from resolvers.policy import Site
from server.http.body import headers_of
from server.http.http_error import HTTPError
from server.http.media import JSON
from server.http.proxies import proxied
from server.http.request_log import trace_of
from server.http.responses import respond
from server.site.cookies import read_cookies, session_cookie
from server.site.forgery import check_origin, check_token

PATH = "/session/graphql"
HEADER = b"x-csrf-token"
REPLACED = (b"authorization", b"cookie", HEADER)


class SessionGraphQL:
    """An ASGI application for one path, in front of the one that `graphql` is at its path."""

    def __init__(self, graphql: ASGIApp, path: str, site: Site) -> None:
        self._graphql = graphql
        self._path = path
        self._cookie = session_cookie(site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = headers_of(scope)
        token = read_cookies(headers.get(b"cookie")).get(self._cookie)
        try:
            _check(scope, headers, token)
        except HTTPError as error:
            trace_of(scope).refused = error.message
            await respond(send, error.status, JSON, error.body, error.headers)
            return
        kept = [pair for pair in scope["headers"] if pair[0] not in REPLACED]
        if token is not None:
            kept.append((b"authorization", b"Bearer " + token.encode("latin-1")))
        await self._graphql({**scope, "path": self._path, "headers": kept}, receive, send)


def _check(scope: Scope, headers: Mapping[bytes, bytes], token: str | None) -> None:
    """Raises HTTPError unless one of our own pages asks, and knows the session's token against forged forms."""
    if scope["method"] != "POST":
        raise HTTPError(405, "METHOD_NOT_ALLOWED", "Use POST.", [(b"allow", b"POST")])
    check_origin(headers, proxied=proxied(scope))
    check_token(token, headers.get(HEADER, b"").decode("latin-1"))
