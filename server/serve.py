"""Running the application: uvicorn with our settings, our signals and our words."""

import asyncio
import gc
import math
import os
import signal
import socket
import time
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

import structlog
import uvicorn
import uvloop
from starlette.applications import Starlette

from live.transport import FeedProtocol
from server.allocator import give_back_large_blocks
from server.app import Stop, create_app
from server.settings import Settings
from server.signals import RENEWAL, hung_up
from server.wire import HTTPProtocol

BACKLOG = 2048
GENERATIONS = (5_000, 10, 10)
"""New objects before the young ones are collected, and how often that comes before the older ones."""
SAME_ORDER = 1.0
"""Seconds in which another signal is no second order: a supervisor tells make as well as what make has started."""
LINGER = 1.0
"""Seconds in which a connection may still bring a request, and with its answer learn that there is no further one."""
LAST_RESORT = 4.0
"""Seconds, after those for clients, in which everything is closed; a database that does not answer may take longer."""
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
    signal.signal(RENEWAL, server.handle_renewal)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listener]))


def _settle() -> None:
    """Keep what is there for good, such as the schema, out of all collections, and make the long ones rare.

    A crowd that comes brings nothing to collect; going through all sockets meanwhile would keep everybody waiting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GENERATIONS)
    give_back_large_blocks()


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
            )
        )
        self._stop: Stop = app.state.stop
        self._url = settings.own_url
        self._ready = ready
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open everything, then say so."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        _settle()
        if self.started:
            _log.info("serving", url=self._url)
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish: no longer ready, sockets closed with 1012, running operations finished."""
        _log.info("stopping", connections=len(self.server_state.connections))
        limit = self._stop.time_left() + LAST_RESORT
        giving_up = asyncio.get_running_loop().call_later(limit, _give_up)
        await self._unless_forced(self._stop.drain())
        await self._unless_forced(self._linger())
        self.config.timeout_graceful_shutdown = math.ceil(self._stop.time_left())
        await super().shutdown(sockets)
        if self.force_exit:  # uvicorn would leave the database open
            await self.lifespan.shutdown()
        giving_up.cancel()
        _log.info("stopped")

    async def _unless_forced(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        while not task.done() and not self.force_exit:
            await asyncio.wait([task], timeout=0.1)
        task.cancel()
        for outcome in await asyncio.gather(task, return_exceptions=True):
            if isinstance(outcome, Exception):
                _log.error("clients could not be taken leave of", exc_info=outcome)

    async def _linger(self) -> None:
        """Let connections end by themselves: a request that is on its way would be broken off without an answer."""
        end = time.monotonic() + min(LINGER, self._stop.spread)
        while self.server_state.connections and time.monotonic() < end:  # noqa: ASYNC110 - uvicorn's set
            await asyncio.sleep(0.02)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; a second signal does not wait for clients. uvicorn's own would raise the signal again at the end."""
        del sig, frame
        if not self.should_exit:
            self._told_at = time.monotonic()
        self.force_exit = self.should_exit and time.monotonic() - self._told_at > SAME_ORDER
        self._finish()

    def handle_renewal(self, sig: int, frame: FrameType | None) -> None:
        """Stop if the terminal is gone; as an order to renew it is for somebody else."""
        if hung_up():
            self.handle_exit(sig, frame)
        else:
            self._say_soon("nothing is renewed: only several workers can be, as of serve --workers 2")

    def _say_soon(self, words: str) -> None:
        """Log from the event loop: a signal may come while a line is written, whose lock its handler would wait for."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_log.warning, words)

    def _finish(self) -> None:
        self._stop.order()
        self.should_exit = True


def _give_up() -> None:
    """End here and now. What was acknowledged is in the database, and what was not is rolled back there."""
    _log.error("stopped without closing everything, for something takes too long")
    os._exit(0)
