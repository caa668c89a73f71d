"""Running the application: uvicorn with our settings and our words."""

import asyncio
import gc
import math
import os
import socket
import time
from collections.abc import Callable, Collection, Coroutine
from typing import Any, cast

import structlog
import uvicorn

from live.connections.uvicorn_protocol import WebSocketProtocol
from server.application import Application
from server.config.policies import largest_frame
from server.config.settings import Settings
from server.http.proxies import behind
from server.process.allocator import give_back_large_blocks
from server.protocol.http_protocol import HTTPProtocol

GC_THRESHOLDS = (5_000, 10, 10)
"""New objects before the young ones are collected, and how often that comes before the older ones."""
LINGER_SECONDS = 1.0
"""Seconds in which a connection may still bring a request, and with its answer learn that there is no further one."""
LAST_RESORT_SECONDS = 4.0
"""Seconds, after those for clients, in which everything is closed; a database that does not answer may take longer."""
CLOSED_PER_SECOND = 2000
"""Connections, at the least: many of them have that much more time, up to `LONGEST_CLOSING_SECONDS`."""
LONGEST_CLOSING_SECONDS = 5.0
logger = structlog.stdlib.get_logger("causerie")


def _tune_garbage_collection() -> None:
    """Keep what is there for good, such as the schema, out of all collections, and make the long ones rare.

    A crowd that comes brings nothing to collect; going through all sockets meanwhile would keep everybody waiting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    give_back_large_blocks()


class Server(uvicorn.Server):
    """A server that finishes when it is told to, and then ends with success."""

    def __init__(self, settings: Settings, app: Application, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                behind(settings.trusted_proxies, app),
                lifespan="on",
                loop="uvloop",
                http=HTTPProtocol,
                ws=WebSocketProtocol,
                ws_ping_interval=None,  # the feed's own protocol has pings that clients can see
                ws_max_size=largest_frame(settings),
                ws_per_message_deflate=False,
                server_header=False,
                access_log=False,
                log_config=None,
                proxy_headers=False,  # ours remembers whom it has believed
            )
        )
        self._app = app
        self._shutdown = app.shutdown
        self._url = settings.own_url
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open everything, then say so."""
        await super().startup(sockets)
        _tune_garbage_collection()
        if self.started:
            idle_connections = self._app.parts.protocol.idle_connections
            self._keeper = asyncio.get_running_loop().create_task(
                idle_connections.keep(cast("Any", self.server_state.connections))
            )
            logger.info("serving", url=self._url)
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish: no longer ready, sockets closed with 1012, running operations finished."""
        connections = len(self.server_state.connections)
        logger.info("stopping", connections=connections)
        giving_up = asyncio.get_running_loop().call_later(
            self._shutdown.time_left() + closing_time(connections), _abort_all, self.server_state.connections
        )
        await self._unless_forced(self._shutdown.drain())
        await self._unless_forced(self._linger())
        self.config.timeout_graceful_shutdown = math.ceil(self._shutdown.time_left())
        await super().shutdown(sockets)
        self._keeper.cancel()
        if self.force_exit:  # uvicorn would leave the database open
            await self.lifespan.shutdown()
        giving_up.cancel()
        logger.info("stopped")

    async def _unless_forced(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        while not task.done() and not self.force_exit:
            await asyncio.wait([task], timeout=0.1)
        task.cancel()
        for outcome in await asyncio.gather(task, return_exceptions=True):
            if isinstance(outcome, Exception):
                logger.error("clients could not be taken leave of", exc_info=outcome)

    async def _linger(self) -> None:
        """Let connections end by themselves: a request that is on its way would be broken off without an answer."""
        end = time.monotonic() + min(LINGER_SECONDS, self._shutdown.spread)
        while self.server_state.connections and time.monotonic() < end:  # noqa: ASYNC110 - uvicorn's set
            await asyncio.sleep(0.02)

    def _finish(self) -> None:
        self._shutdown.order()
        self.should_exit = True


def closing_time(connections: int) -> float:
    """Seconds, after those for clients, in which these connections are closed, and everything else."""
    return LAST_RESORT_SECONDS + min(connections / CLOSED_PER_SECOND, LONGEST_CLOSING_SECONDS)


def _abort_all(connections: Collection[object]) -> None:
    """End here and now. What was acknowledged is in the database, and what was not is rolled back there."""
    logger.error(
        "stopped without closing everything, for something takes too long",
        connections=len(connections),
        advice="the database does not answer, or the machine is busy: more time is CAUSERIE_DRAIN",
    )
    os._exit(0)
