"""Addresses of the blog that has moved in: who comes by an old one is sent on to where it is now."""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from auth.viewer import now
from resolvers.addresses import present_address
from resolvers.paths import normal_path
from resolvers.policy import Site
from storage import StorageError

KEPT_FOR = "public, max-age=86400"
"""Browsers would keep a permanent redirect for good, whatever becomes of the post."""
TRY_AGAIN = PlainTextResponse(
    "The database cannot be asked. Try again in a moment.\n", 503, {"retry-after": "1"}
)


class FormerAddresses:
    """Answers whatever is nothing else: 301 where something once was, 404 anywhere else."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; a websocket is refused."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        response = await self.redirect(Request(scope)) or PlainTextResponse("Not Found", 404)
        await response(scope, receive, send)

    async def redirect(self, request: Request) -> Response | None:
        """The way to what once was at the address of the request, if anything was."""
        if request.method not in ("GET", "HEAD"):
            return None
        query = f"?{request.url.query}" if request.url.query else ""
        try:
            found = await present_address(request.url.path + query, self._site, now())
        except StorageError:
            return TRY_AGAIN
        if found is None or _leads_here(found, request):
            return None
        return RedirectResponse(found, 301, {"cache-control": KEPT_FOR})


def _leads_here(found: str, request: Request) -> bool:
    """Whether it is the address of the request: that of a page elsewhere, whose host has come to lead here."""
    parts = urlsplit(found)
    return parts.hostname == request.url.hostname and normal_path(found) == normal_path(str(request.url))
