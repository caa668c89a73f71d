"""What goes wrong, one thing after the other, as a seed decides. Each fault is over when it returns."""

import asyncio
import contextlib
import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from random import Random

import asyncpg

from storage.location import locate
from tests.faults.clients import Subscriber
from tests.faults.proxy import Proxy
from tests.faults.restartable_server import RestartableServer
from tests.postgresql import Server as Postgresql
from tests.redis import Redis

DAYS = 2 * 86_400
"""Seconds that a clock is wrong at most: less than the log is kept."""
Fault = Callable[["Nemesis"], Awaitable[None]]


@dataclass
class Nemesis:
    """Has everything in its hands. `done` names what it has done."""

    server: RestartableServer
    proxy: Proxy
    subscribers: Sequence[Subscriber]
    random: Random
    postgresql: Postgresql | None
    redis: Redis | None
    done: list[str]

    async def rage(self, faults: Sequence[Fault], over: float) -> None:
        """Do one after the other until it is over; every one of them before any comes again."""
        now = asyncio.get_running_loop().time
        while now() < over:
            for fault in self.random.sample(faults, len(faults)):
                if now() >= over:
                    break
                await asyncio.sleep(self.random.uniform(0.05, 0.4))
                self.done.append(fault.__name__)
                await fault(self)

    async def hold(self, longest: float) -> None:
        """A fault lasts."""
        await asyncio.sleep(self.random.uniform(0.1, longest))

    def one_that_serves(self) -> list[int]:
        """Its pid; none when all have been killed just now."""
        pids = self.server.serving()
        return self.random.sample(pids, min(1, len(pids)))


def signalled(order: signal.Signals, pids: Sequence[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, order)


async def kill_server(nemesis: Nemesis) -> None:
    await asyncio.to_thread(nemesis.server.kill)
    await nemesis.hold(0.5)
    await asyncio.to_thread(nemesis.server.start)


async def restart_server(nemesis: Nemesis) -> None:
    await asyncio.to_thread(nemesis.server.stop)
    await asyncio.to_thread(nemesis.server.start)


async def kill_worker(nemesis: Nemesis) -> None:
    signalled(signal.SIGKILL, nemesis.one_that_serves())
    await nemesis.hold(0.5)


async def kill_parent(nemesis: Nemesis) -> None:
    await asyncio.to_thread(nemesis.server.orphan)
    await asyncio.to_thread(nemesis.server.start_when_free)


async def renew_workers(nemesis: Nemesis) -> None:
    goal = len(nemesis.server.life.events("worker retired")) + nemesis.server.workers
    os.kill(nemesis.server.life.process.pid, signal.SIGHUP)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(10):
            while len(nemesis.server.life.events("worker retired")) < goal:  # noqa: ASYNC110 - it is a log
                await asyncio.sleep(0.05)


async def pause_process(nemesis: Nemesis) -> None:
    """It stops, with whatever locks it holds, and goes on as if nothing had happened."""
    pids = nemesis.one_that_serves()
    signalled(signal.SIGSTOP, pids)
    try:
        await nemesis.hold(1.5)
    finally:
        signalled(signal.SIGCONT, pids)


async def cut_connections(nemesis: Nemesis) -> None:
    nemesis.proxy.cut(nemesis.random, nemesis.random.choice([0.2, 1.0]))


async def delay_network(nemesis: Nemesis) -> None:
    nemesis.proxy.delay = nemesis.random.uniform(0.01, 0.1)
    try:
        await nemesis.hold(1.0)
    finally:
        nemesis.proxy.delay = 0.0


async def black_hole(nemesis: Nemesis) -> None:
    """Nothing comes through for a while: then all of it does, or the connections are gone."""
    nemesis.proxy.hold()
    try:
        await nemesis.hold(1.0)
        if nemesis.random.random() < 0.5:
            nemesis.proxy.cut(nemesis.random, 1)
    finally:
        nemesis.proxy.release()


async def slow_readers(nemesis: Nemesis) -> None:
    slow = nemesis.random.sample(list(nemesis.subscribers), max(1, len(nemesis.subscribers) // 3))
    for subscriber in slow:
        subscriber.reads.clear()
    try:
        await nemesis.hold(1.5)
    finally:
        for subscriber in slow:
            subscriber.reads.set()


async def set_clock(nemesis: Nemesis) -> None:
    """The server's clock is set, and stays so until the next time."""
    assert nemesis.server.clock is not None
    nemesis.server.clock.set(nemesis.random.choice([0, nemesis.random.uniform(-DAYS, DAYS)]))


async def lock_database(nemesis: Nemesis) -> None:
    """Somebody else writes for a while; on PostgreSQL only the feed is locked, which everybody needs."""
    location = locate(nemesis.server.database_url)
    if location.dialect == "sqlite":
        other = sqlite3.connect(location.target, isolation_level=None, timeout=10, check_same_thread=False)
        try:
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            await nemesis.hold(1.5)
        finally:
            other.close()
    else:
        connection = await asyncpg.connect(location.target)
        try:
            await connection.execute("BEGIN; LOCK TABLE feed IN EXCLUSIVE MODE")
            await nemesis.hold(1.5)
        finally:
            connection.terminate()


async def restart_postgresql(nemesis: Nemesis) -> None:
    """Without a word to anybody, and with a recovery from its log."""
    assert nemesis.postgresql is not None
    nemesis.postgresql.process.send_signal(signal.SIGQUIT)
    await asyncio.to_thread(nemesis.postgresql.process.wait)
    await nemesis.hold(0.5)
    await asyncio.to_thread(nemesis.postgresql.resume)


async def fill_postgresql(nemesis: Nemesis) -> None:
    """Others take all connections that are left."""
    held: list[asyncpg.Connection] = []
    try:
        with contextlib.suppress(asyncpg.PostgresError, OSError):
            while True:
                held.append(await asyncpg.connect(locate(nemesis.server.database_url).target))
        await nemesis.hold(1.0)
    finally:
        for connection in held:
            connection.terminate()


async def restart_redis(nemesis: Nemesis) -> None:
    assert nemesis.redis is not None
    nemesis.redis.process.kill()
    await asyncio.to_thread(nemesis.redis.process.wait)
    await nemesis.hold(1.5)
    await asyncio.to_thread(nemesis.redis.resume)


async def pause_redis(nemesis: Nemesis) -> None:
    assert nemesis.redis is not None
    signalled(signal.SIGSTOP, [nemesis.redis.process.pid])
    try:
        await nemesis.hold(1.5)
    finally:
        signalled(signal.SIGCONT, [nemesis.redis.process.pid])


def of_processes(nemesis: Nemesis) -> list[Fault]:
    """Faults of the server and of what it needs."""
    faults: list[Fault] = [kill_server, restart_server, pause_process, lock_database]
    faults += [kill_worker, kill_parent, renew_workers]
    if nemesis.postgresql is not None:
        faults += [restart_postgresql, fill_postgresql]
    if nemesis.server.clock is not None:
        faults.append(set_clock)
    if nemesis.redis is not None:
        faults += [restart_redis, pause_redis]
    return faults


OF_THE_NETWORK: list[Fault] = [cut_connections, delay_network, black_hole, slow_readers]
