"""The proxies before the server: only those that a setting names are believed, about clients and about addresses."""

from collections.abc import Iterable
from typing import Any

from starlette.types import ASGIApp, Scope
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

PROXIED = "proxied"
"""Where a scope says that a trusted proxy has brought the request; its `client` is by then whom the proxy names."""
_MAPPED = "::ffff:"
"""Before an IPv4 address when it connects to a socket of both families."""


class TrustedProxies(ProxyHeadersMiddleware):
    """The outermost application: what uvicorn makes of `X-Forwarded-For`, and a mark for what else proxies say."""

    def __init__(self, app: ASGIApp, trusted: Iterable[str]) -> None:
        unknown: Any = app  # uvicorn's types for the same thing
        super().__init__(unknown, list(trusted))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Mark the request and hand it on."""
        if client := scope.get("client"):
            address = client[0].removeprefix(_MAPPED)
            scope["client"] = (address, *client[1:])
            scope[PROXIED] = address in self.trusted_hosts
        await super().__call__(scope, receive, send)


def behind(trusted: Iterable[str], app: ASGIApp) -> ASGIApp:
    """The application, behind these proxies if there are any."""
    return TrustedProxies(app, trusted) if trusted else app


def proxied(scope: Scope) -> bool:
    """Whether a trusted proxy has brought the request."""
    return bool(scope.get(PROXIED))
