"""Around every request: its id, its line in the log, and an answer whatever happens.

Bugs are masked, and a server that stops says so, also by hanging up behind the answer.
"""

import asyncio
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.error_formatting import format_error
from server.http.http_error import errors_body
from server.http.request_log import RequestLog, Trace, note_origin, trace_of
from server.shutdown import Shutdown

UNAVAILABLE = ("TIMEOUT", "UNAVAILABLE", "OVERLOADED")
STOPPING_ENTRY = {"message": "The server is stopping. Try again soon.", "extensions": {"code": "UNAVAILABLE"}}
FORBIDDEN = 403
"""Said to pages of other sites, and to whoever may not upload, which the trace says then."""


class RequestMiddleware:
    """Serves requests by the ASGI application that they are for, and notes them in the log."""

    def __init__(self, log: RequestLog, shutdown: Shutdown) -> None:
        self._log = log
        self._shutdown = shutdown

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve an HTTP request."""
        begun = time.perf_counter()
        trace = trace_of(scope)
        id_header = (b"x-request-id", trace.request_id.encode())

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                trace.started = True
                trace.status = message["status"]
                message["headers"] = [*message.get("headers", ()), id_header]
                if self._shutdown.ordered:
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        path = scope["path"]
        try:
            await app(scope, receive, sending)
        except asyncio.CancelledError:  # the server stops, and waits no longer
            await _answer(STOPPING_ENTRY, trace, sending)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug of ours
            await _answer(format_error(error, trace), trace, sending)
        finally:
            if trace.status == FORBIDDEN and trace.refused is None:
                note_origin(scope, "CAUSERIE_CORS_ORIGINS")
            self._log.note(trace, scope["method"], path, begun)

    async def serve_websocket(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """A websocket has a line when it ends; its frames pass by untouched."""
        begun = time.perf_counter()
        trace = trace_of(scope)
        try:
            await app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug of ours
            format_error(error, trace)
        finally:
            self._log.note_websocket(trace, scope["path"], begun)


async def _answer(entry: dict[str, Any], trace: Trace, send: Send) -> None:
    if trace.started:
        return
    status = 503 if entry["extensions"]["code"] in UNAVAILABLE else 500
    body = errors_body(entry)
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
