"""The ASGI application: which request is for whom, and where its parts are found."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from live.connections.parts import PARTS
from server.config import policies
from server.config.settings import Settings
from server.http import embed_script, linkback_pages, media_files, pages
from server.http.feed_address import feed_at
from server.http.former_addresses import FormerAddresses
from server.http.origins import Origins
from server.http.request_log import RequestLog
from server.http.request_middleware import RequestMiddleware
from server.http.schema_file import SchemaFile
from server.protocol.parts import ProtocolParts
from server.shutdown import Shutdown
from server.site import session_graphql
from storage import Database, StorageError

GRAPHQL_PATH = "/graphql"
SDL_PATH = "/graphql/schema.graphql"
UPLOADS_PATH = "/uploads"
FOLDERS = ("/static/", "/assets/", "/trackbacks/", f"{GRAPHQL_PATH}/")
"""Where there are pages that are not the site's."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the lifespan opens: the database, what answers requests, and what the connections share."""

    database: Database
    graphql: ASGIApp
    websockets: ASGIApp
    uploads: ASGIApp
    media_files: ASGIApp
    site: ASGIApp
    session_graphql: ASGIApp
    feeds: ASGIApp
    protocol: ProtocolParts


class Application:
    """Serves GraphQL by the parts that `open_parts` opens for as long as it runs, and a few pages."""

    parts: Parts
    """There as soon as the application runs."""

    def __init__(
        self,
        settings: Settings,
        open_parts: Callable[[Shutdown, RequestLog], AbstractAsyncContextManager[Parts]],
    ) -> None:
        self.shutdown = Shutdown(settings.drain, settings.drain_spread)
        self.request_log = RequestLog()
        self._open_parts = open_parts
        self._middleware = RequestMiddleware(self.request_log, self.shutdown)
        origins = Origins(policies.origins(settings))
        former_addresses = FormerAddresses(policies.site(settings))
        routes = [
            Route(GRAPHQL_PATH, self),  # with a slash behind it, which is answered by the address without
            Route(SDL_PATH, SchemaFile(origins, public=settings.introspection)),
            Route(embed_script.PATH, embed_script.EmbedScript()),
            Route(embed_script.CLIENT_PATH, embed_script.EmbedScript(name="client.js")),
            *pages.routes(settings, self.status, former_addresses),
            *linkback_pages.routes(policies.policy(settings)),
        ]
        self._own_paths = frozenset(route.path for route in routes if isinstance(route, Route))
        self._pages = Starlette(routes=routes, lifespan=self._lifespan)
        self._pages.router.default = former_addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, a websocket, or the lifespan."""
        match scope["type"]:
            case "http":
                await self._middleware.serve(self._app_for(scope["path"]), scope, receive, send)
            case "websocket":
                app = self.parts.websockets if scope["path"] == GRAPHQL_PATH else self._pages
                await self._middleware.serve_websocket(app, scope, receive, send)
            case _:
                await self._pages(scope, receive, send)

    def _app_for(self, path: str) -> ASGIApp:
        if path == GRAPHQL_PATH:
            return self.parts.graphql
        if path == session_graphql.PATH:
            return self.parts.session_graphql
        if path == UPLOADS_PATH:
            return self.parts.uploads
        if media_files.is_picture(path):
            return self.parts.media_files
        if feed_at(path):
            return self.parts.feeds
        return self._pages if path in self._own_paths or path.startswith(FOLDERS) else self.parts.site

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Parts]:
        """Have the parts open."""
        async with self._open_parts(self.shutdown, self.request_log) as self.parts:
            yield self.parts

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[dict[str, Any]]:
        async with self.running() as parts:
            yield {PARTS: parts.protocol}

    async def status(self) -> str:
        """Whether requests should be sent here: "ready", or why not."""
        status = "ready" if self.shutdown.ready else "stopping"
        try:
            await self.parts.database.ping()
        except StorageError:
            return "no database"
        return status
