"""Around every request: its id, its line in the log, and a mask over bugs."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import getrandbits
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.body import headers_of
from server.http.error_formatting import format_error
from server.http.http_error import errors_body
from server.http.origins import addresses_of
from server.http.proxies import proxied

UNLOGGED_PATHS = ("/healthz", "/readyz", "/assets/", "/static/")
UNAVAILABLE = ("TIMEOUT", "UNAVAILABLE", "OVERLOADED")
STOPPING_ENTRY = {"message": "The server is stopping. Try again soon.", "extensions": {"code": "UNAVAILABLE"}}
FORBIDDEN = 403
"""Said to pages of other sites, and to nobody else."""

CLIENT_LEFT = 499
LOGGED_LENGTH = 200
_SANE_ID = re.compile(rb"[A-Za-z0-9._:;,=/+@|~{}-]{1,128}")
"""Ids as proxies and platforms make them; HAProxy's is two addresses and ports with colons, 94 characters for IPv6."""
logger = structlog.stdlib.get_logger("causerie")


@dataclass(slots=True)
class Trace:
    """What is known about the request under way; whoever learns something writes it here for the log."""

    request_id: str
    operation: str | None = None
    viewer: int | None = None
    status: int = CLIENT_LEFT
    started: bool = False
    refused: str | None = None
    """Which page was not let in, and where to name it; or what was wrong with what never became a request."""


def trace_of(scope: Scope) -> Trace:
    """The request's trace; a request that came round the log gets one of its own."""
    trace: Trace | None = scope.get("trace")
    if trace is None:
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), None)
        trace = scope["trace"] = Trace(request_id_of(given))
    return trace


def request_id_of(given: bytes | None) -> str:
    """The id that the client or a proxy gave the request, if it is harmless; else a new one."""
    if given is not None and _SANE_ID.fullmatch(given):
        return str(given, "ascii")
    return f"{getrandbits(64):016x}"  # a name, no secret; each worker's are others


def note_origin(scope: Scope, setting: str) -> None:
    """Let the request's line say which page was refused, and where: all that its browser shows is that it was."""
    headers = headers_of(scope)
    origin = headers.get(b"origin", b"a page of another site")
    addresses = b" or ".join(addresses_of(headers, proxied=proxied(scope)))
    page, host = (words.decode("latin-1")[:LOGGED_LENGTH] for words in (origin, addresses))
    trace_of(scope).refused = f"{page} is not in {setting}, and no page of {host}"


class RequestLog:
    """The outermost ASGI application. A request for one of the paths in `direct` takes the short way.

    `last` says whether connections should bring no further requests.
    """

    def __init__(
        self,
        app: ASGIApp,
        direct: Mapping[str, ASGIApp] | None = None,
        sockets: Mapping[str, ASGIApp] | None = None,
        last: Callable[[], bool] = lambda: False,
    ) -> None:
        self._app = app
        self._direct = direct or {}
        self.last = last
        self._sockets = sockets or {}
        self._log = (
            logger.bind()
        )  # bound once: looking for the configuration costs more than writing the line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request and log it."""
        match scope["type"]:
            case "http":
                await self._serve(scope, receive, send)
            case "websocket":
                await self._serve_socket(scope, receive, send)
            case _:
                await self._app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.perf_counter()
        trace = trace_of(scope)
        id_header = (b"x-request-id", trace.request_id.encode())

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                trace.started = True
                trace.status = message["status"]
                message["headers"] = [*message.get("headers", ()), id_header]
                if self.last():
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        path = scope["path"]
        try:
            await self._direct.get(path, self._app)(scope, receive, sending)
        except asyncio.CancelledError:  # the server stops, and waits no longer
            await _answer(STOPPING_ENTRY, trace, sending)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug of ours
            await _answer(format_error(error, trace), trace, sending)
        finally:
            if trace.status == FORBIDDEN:
                note_origin(scope, "CAUSERIE_CORS_ORIGINS")
            self.note(trace, scope["method"], path, begun)

    def note(self, trace: Trace, method: str, path: str, begun: float) -> None:
        """Write the line of a request that has been answered; it has begun at that `time.perf_counter()`."""
        level, write = (logging.INFO, self._log.info)
        if path.startswith(UNLOGGED_PATHS):
            level, write = (logging.DEBUG, self._log.debug)
        if not self._log.is_enabled_for(level):
            return
        write(
            "request",
            method=method,
            path=path[:LOGGED_LENGTH],
            status=trace.status,
            operation=trace.operation and trace.operation[:LOGGED_LENGTH],
            ms=round((time.perf_counter() - begun) * 1000, 2),
            viewer=trace.viewer,
            request_id=trace.request_id,
            **_refused(trace),
        )

    async def _serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A websocket has a line when it ends; its frames pass by untouched."""
        begun = time.perf_counter()
        trace = trace_of(scope)
        try:
            await self._sockets.get(scope["path"], self._app)(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug of ours
            format_error(error, trace)
        finally:
            self._log.info(
                "socket",
                path=scope["path"][:LOGGED_LENGTH],
                seconds=round(time.perf_counter() - begun, 2),
                viewer=trace.viewer,
                request_id=trace.request_id,
                **_refused(trace),
            )


def _refused(trace: Trace) -> dict[str, str]:
    return {} if trace.refused is None else {"refused": trace.refused}


async def _answer(told: dict[str, Any], trace: Trace, send: Send) -> None:
    if trace.started:
        return
    status = 503 if told["extensions"]["code"] in UNAVAILABLE else 500
    body = errors_body(told)
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
