"""The schema in GraphQL's own language, at an address of its own: for code generators, editors and people."""

from collections.abc import Mapping
from functools import cached_property

from starlette.types import Receive, Scope, Send

import schema
from server.http.body import headers_of
from server.http.http_error import HTTPError, cross_site
from server.http.media import TEXT
from server.http.origins import Origins
from server.http.proxies import proxied
from server.http.responses import respond, revalidated

METHODS = b"GET, HEAD, OPTIONS"
NOT_PUBLIC = b"This site does not show its schema: introspection is turned off.\n"


class SchemaFile:
    """An ASGI application for one path; where the schema is not `public` there is nothing at it."""

    def __init__(self, origins: Origins, *, public: bool) -> None:
        self._origins = origins
        self._public = public

    @cached_property
    def _sdl(self) -> bytes:
        return schema.SDL_FILE.read_bytes()

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = headers_of(scope)
        cors = self._origins.answer_headers(headers)
        try:
            if scope["method"] == "OPTIONS":
                await respond(send, 204, None, b"", self._origins.options_headers(headers, METHODS))
                return
            self._check(scope, headers)
        except HTTPError as http_error:
            words = f"{http_error.message}\n".encode()
            await respond(send, http_error.status, TEXT, words, [*cors, *http_error.headers])
            return
        if not self._public:
            await respond(send, 404, TEXT, NOT_PUBLIC, cors)
            return
        status, body, more = revalidated(headers, self._sdl)
        await respond(send, status, TEXT, body, [*cors, *more])

    def _check(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPError(405, "METHOD_NOT_ALLOWED", "Use GET.", [(b"allow", METHODS)])
        if not self._origins.admits(headers, proxied=proxied(scope)):
            raise cross_site()
