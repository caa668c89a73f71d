"""The few pages that are no GraphQL: what this is, GraphiQL, whether the server lives and is ready."""

from collections.abc import Awaitable, Callable
from html import escape
from pathlib import Path
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

import web
from server.config.settings import Settings
from server.http.former_addresses import FormerAddresses

POLICY = {
    "content-security-policy": "default-src 'none'; script-src 'self'; worker-src 'self'; "
    "connect-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
    "vary": "accept",
}

FOREVER, FOR_AN_HOUR = "public, max-age=31536000, immutable", "public, max-age=3600"


def routes(
    settings: Settings, server_status: Callable[[], Awaitable[str]], former_addresses: FormerAddresses
) -> list[BaseRoute]:
    """Everything beside the API itself; the server's status is "ready", or why it is not."""
    index = _page("index.html", settings)

    async def home(request: Request) -> Response:
        """What this is; `/?p=18` is somewhere else."""
        return (await former_addresses.redirect(request) if request.url.query else None) or index

    async def readyz(_: Request) -> Response:
        """Whether requests should be sent here."""
        status = await server_status()
        code = 200 if status == "ready" else 503
        return JSONResponse({"status": status}, code, headers={"cache-control": "no-store"})

    return [
        *(() if settings.site else (Route("/", home),)),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Mount("/static", _KeptFiles(web.STATIC, FOR_AN_HOUR)),
        *([Mount("/assets", _KeptFiles(web.BUILT, "no-cache"))] if web.BUILT.is_dir() else ()),
    ]


class _KeptFiles(StaticFiles):
    """Files that browsers need not ask for again if they asked by the version, `?v=`; of others they are told."""

    def __init__(self, folder: Path, otherwise: str) -> None:
        super().__init__(directory=folder)
        self._otherwise = otherwise

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, or that it is the one which the browser has."""
        response = await super().get_response(path, scope)
        is_version = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = FOREVER if is_version else self._otherwise
        response.headers["x-content-type-options"] = "nosniff"
        return response


def graphiql(settings: Settings) -> ASGIApp:
    """GraphiQL, or what to do about its absence."""
    if (web.BUILT / "graphiql.js").exists():
        return _page("graphiql.html", settings)
    return _page("missing.html", settings, status=503)


async def healthz(_: Request) -> Response:
    """Whether the process is alive."""
    return JSONResponse({"status": "alive"}, headers={"cache-control": "no-store"})


def _page(name: str, settings: Settings, status: int = 200) -> HTMLResponse:
    values = {
        "title": settings.site_title,
        "description": settings.site_description,
        "language": settings.site_language,
        "url": settings.own_url,
    }
    template = Template((web.FOLDER / name).read_text(encoding="utf-8"))
    content = template.substitute({key: escape(value) for key, value in values.items()})
    return HTMLResponse(content, status, headers=POLICY)
