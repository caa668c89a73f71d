"""Running the application: uvicorn with our settings, our signals and our words."""

import asyncio
import math
import socket
import time
from collections.abc import Callable
from types import FrameType

import structlog
import uvicorn
import uvloop
from starlette.applications import Starlette

from live.transport import FeedProtocol
from server.app import create_app
from server.settings import Settings
from server.wire import HTTPProtocol

BACKLOG = 2048
SAME_ORDER = 1.0
"""Seconds in which another signal is no second order: a supervisor tells make as well as what make has started."""
_log = structlog.stdlib.get_logger("causerie")


class AddressError(Exception):
    """The server cannot listen where it should."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        AddressError: the port is taken, or the address is not ours.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        reason = error.strerror or error
        raise AddressError(
            f"Cannot listen on {host} port {port} ({reason}): choose another --port."
        ) from None
    return listener


def serve(settings: Settings, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until a signal says to stop; `ready` is called when requests are answered."""
    server = Server(settings, create_app(settings), ready)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listener]))


class Server(uvicorn.Server):
    """A server that takes SIGTERM and SIGINT as orders to finish, and then ends with success."""

    def __init__(self, settings: Settings, app: Starlette, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="on",
                loop="uvloop",
                http=HTTPProtocol,
                ws=FeedProtocol,
                ws_ping_interval=None,  # the feed's own protocol has pings that clients can see
                ws_max_size=int(settings.frame_limit),
                ws_per_message_deflate=False,
                server_header=False,
                access_log=False,
                log_config=None,
                proxy_headers=bool(settings.trusted_proxies),
                forwarded_allow_ips=list(settings.trusted_proxies),
                timeout_graceful_shutdown=math.ceil(settings.drain),
            )
        )
        self._app = app
        self._url = settings.own_url
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open everything, then say so."""
        await super().startup(sockets)
        if self.started:
            _log.info("serving", url=self._url)
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish: no longer ready, sockets closed with 1012, running operations finished."""
        _log.info("stopping", connections=len(self.server_state.connections))
        await self._app.state.stop.begin()
        await super().shutdown(sockets)
        if self.force_exit:  # uvicorn would leave the database open
            await self.lifespan.shutdown()
        _log.info("stopped")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second signal does not wait for clients. uvicorn's own would raise the signal again at the end."""
        del sig, frame
        if not self.should_exit:
            self._told_at = time.monotonic()
        self.force_exit = self.should_exit and time.monotonic() - self._told_at > SAME_ORDER
        self.should_exit = True
