"""A worker: serves like a server of its own, until its parent says to stop, or is gone."""

import asyncio
import os
import signal
import socket
import sys
from types import FrameType
from typing import NoReturn

import uvloop

from server.app import create_app
from server.config.settings import Settings
from server.process.serve import Server
from server.process.signals import QUIT_NOW, RENEW, RETIRE, WORKER_SIGNALS, block_signals, unblock_signals
from server.process.worker_slot import ParentPipes


def work(settings: Settings, listener: socket.socket, pipes: ParentPipes) -> None:
    """Serve on a socket that others may serve on, too."""
    worker = Worker(settings, pipes)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(worker.serve(sockets=[listener]))


def work_anew(host: str, listener: socket.socket, pipes: ParentPipes) -> NoReturn:
    """Go on as a new program, started like the parent's own, which works with what it finds open."""
    inherited = (listener.fileno(), pipes.ready, pipes.parent)
    for descriptor in inherited:
        os.set_inheritable(descriptor, True)
    arguments = [*sys.orig_argv[1:], "--host", host, "--inherit", ",".join(map(str, inherited))]
    os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - itself


def inherit(descriptors: str) -> tuple[socket.socket, ParentPipes]:
    """What `work_anew` has left open."""
    listener, ready, parent = map(int, descriptors.split(","))
    return socket.socket(fileno=listener), ParentPipes(ready, parent)


class Worker(Server):
    """A server whose orders come from its parent alone.

    A terminal sends SIGINT to the whole family, and a service manager SIGTERM: so the first is left to the parent,
    and the second means the same however often it comes. Haste and retirement have signals of their own.
    """

    def __init__(self, settings: Settings, pipes: ParentPipes) -> None:
        super().__init__(settings, create_app(settings), pipes.say_ready)
        self._pipes = pipes
        self._orphan = False

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open everything, and listen for signals and for the end of the parent."""
        signal.signal(RENEW, signal.SIG_IGN)
        for order in WORKER_SIGNALS:
            signal.signal(order, self.handle_exit)
        unblock_signals()
        asyncio.get_running_loop().add_reader(self._pipes.parent, self._orphaned)
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Finish; who has finished hears nothing more, and so ends with success whoever says it again."""
        if self._shutdown.replaced or self._orphan:
            self._leave_address(sockets)
        await super().shutdown(sockets)
        block_signals()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, unless the parent is to decide it."""
        del frame
        if sig == RETIRE:
            self._shutdown.replaced = True
        if sig != signal.SIGINT:
            self._finish()
        if sig == QUIT_NOW:
            self.force_exit = True

    def _orphaned(self) -> None:
        asyncio.get_running_loop().remove_reader(self._pipes.parent)
        os.close(self._pipes.parent)
        self._orphan = True
        self._finish()

    def _leave_address(self, sockets: list[socket.socket] | None) -> None:
        """Accept nobody any more: others do, or want to."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
