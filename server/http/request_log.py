"""What is known about a request, and its line in the log."""

import logging
import re
import time
from dataclasses import dataclass
from random import getrandbits

import structlog
from starlette.types import Scope

from server.http.body import headers_of
from server.http.origins import addresses_of
from server.http.proxies import proxied

UNLOGGED_PATHS = ("/healthz", "/readyz", "/assets/", "/static/")
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
    """Writes the lines of requests."""

    def __init__(self) -> None:
        self._log = (
            logger.bind()
        )  # bound once: looking for the configuration costs more than writing the line

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

    def note_websocket(self, trace: Trace, path: str, begun: float) -> None:
        """Write the line of a websocket that has ended; it has begun at that `time.perf_counter()`."""
        self._log.info(
            "socket",
            path=path[:LOGGED_LENGTH],
            seconds=round(time.perf_counter() - begun, 2),
            viewer=trace.viewer,
            request_id=trace.request_id,
            **_refused(trace),
        )


def _refused(trace: Trace) -> dict[str, str]:
    return {} if trace.refused is None else {"refused": trace.refused}
