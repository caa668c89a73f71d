"""Clients at their worst, all anonymous and each within what a server lets in that knows no better.

`python -m benchmarks.hostile.attacks PORT POST` attacks until it is killed.
"""

import asyncio
import itertools
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from benchmarks.hostile.visitor import Visitor, body, insisting, subscribe

CONNECTIONS = 2_000
ADDRESSES_OF_CONNECTIONS = 20
PATIENCE = 5.0
"""Seconds until a connection that just stands there does its next little thing."""
BYTES = 900_000

Attack = Callable[[Visitor, int], Coroutine[Any, Any, None]]

NEST = (
    "post(by: {id: $post}) { comments(first: 30, flat: true) { nodes { post { comments(first: 30, flat: true) "
    "{ nodes { post { comments(first: 0, flat: true) { totalCount } } } } } } } }"
)
NESTS = "query ($post: ID!) {" + " ".join(f"a{number}: {NEST}" for number in range(20)) + "}"
DEAR = (
    "subscription ($post: ID!) { commentAdded(post: $post) { post { comments(first: 30, flat: true) { nodes { post "
    "{ comments(first: 30, flat: true) { nodes { post { comments(first: 0, flat: true) { totalCount } } } } } } } } } }"
)
LONG = (
    "{"
    + " ".join(f"a{number}: posts(first: 50) {{ nodes {{ body bodyHtml }} }}" for number in range(20))
    + "}"
)
GUESS = (
    'mutation { signIn(input: {email: "nobody@example.org", password: "a wrong password"}) { __typename } }'
)
TINY = "query Tiny($post: ID!) { post(by: {id: $post}) { id title } }"


async def one_fragment_in_many_operations(visitor: Visitor, _: int) -> None:
    """Whatever is done anew for each operation is done with a long text."""
    operations = " ".join(f"query A{number} {{ ...F }}" for number in range(1_500))
    fragment = f'fragment F on Query {{ category(by: {{slug: "{"a" * BYTES}"}}) {{ id }} }}'
    async with visitor.connected() as streams:
        await visitor.ask(streams, body(f"{operations} {fragment}"))


async def nests(visitor: Visitor, post: int) -> None:
    """Statements that read the same rows again below themselves."""
    async with visitor.connected() as streams:
        await visitor.ask(streams, body(NESTS, post=f"post_{post}"))


async def dear_subscriptions(visitor: Visitor, post: int) -> None:
    """Each comment is answered with such a nest."""
    async with visitor.socket() as socket:
        for number in range(10):
            await socket.send(subscribe(str(number), f"{DEAR} # {number}", post=f"post_{post}"))
        async for _ in socket:
            pass


async def padded_subscriptions(visitor: Visitor, post: int) -> None:
    """Documents that take memory for as long as they are subscribed with."""
    query = "subscription D%d ($post: ID!) { commentAdded(post: $post) { id } }" + "\n#" + "x" * 20_000
    async with visitor.socket() as socket:
        for number in range(90):
            await socket.send(subscribe(str(number), query % number, post=f"post_{post}"))
        async for _ in socket:
            pass


async def unread_answers(visitor: Visitor, _: int) -> None:
    """Long answers that nobody reads."""
    async with visitor.connected() as streams:
        writer = streams[1]
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(visitor.request(body(LONG)))
        await asyncio.sleep(30)


async def a_head_without_end(visitor: Visitor, _: int) -> None:
    """A header that goes on and on."""
    async with visitor.connected() as streams:
        writer = streams[1]
        writer.write(f"{visitor.head}X-Long: ".encode())
        for _ in range(64):
            writer.write(b"x" * 2**20)
            await writer.drain()


async def guesses(visitor: Visitor, _: int) -> None:
    """Passwords that are wrong."""
    async with visitor.connected() as streams:
        await visitor.ask(streams, body(GUESS))


async def new_documents(visitor: Visitor, post: int) -> None:
    """Each document another one."""
    async with visitor.connected() as streams:
        for number in itertools.count():
            fields = " ".join(f"f{number}_{each}: title" for each in range(80))
            await visitor.ask(
                streams,
                body(f"query ($post: ID!) {{ post(by: {{id: $post}}) {{ {fields} }} }}", post=f"post_{post}"),
            )


async def a_burst_of_requests(visitor: Visitor, post: int) -> None:
    """Hundreds of requests at once on one connection."""
    async with visitor.connected() as (reader, writer):
        request = visitor.request(body(TINY, post=f"post_{post}"))
        while True:
            writer.write(request * 300)
            await writer.drain()
            if not await reader.read(2**16):
                return


async def nested_json(visitor: Visitor, _: int) -> None:
    """A body that is all brackets."""
    async with visitor.connected() as streams:
        await visitor.ask(
            streams, b'{"query": "{ __typename }", "variables": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}"
        )
        await visitor.ask(streams, body("{ __typename }", a=[{"b": number} for number in range(60_000)]))


async def comings_and_goings(visitor: Visitor, post: int) -> None:
    """Event streams that are opened and left."""
    query = body("subscription ($post: ID!) { commentAdded(post: $post) { id } }", post=f"post_{post}")
    async with visitor.connected() as (reader, writer):
        writer.write(visitor.request(query, accept="text/event-stream"))
        await reader.readuntil(b"\r\n\r\n")


CLIENTS: tuple[tuple[Attack, int], ...] = (
    (one_fragment_in_many_operations, 2),
    (one_fragment_in_many_operations, 2),
    (nests, 4),
    (nests, 4),
    (nests, 4),
    (dear_subscriptions, 2),
    (dear_subscriptions, 2),
    (padded_subscriptions, 4),
    (unread_answers, 20),
    (unread_answers, 20),
    (a_head_without_end, 2),
    (guesses, 20),
    (new_documents, 4),
    (a_burst_of_requests, 2),
    (nested_json, 4),
    (comings_and_goings, 4),
)
"""Sixteen clients, and how often each is there at once."""


async def standing(visitor: Visitor, number: int) -> None:
    """A connection that is of no use to anybody, of one kind or another."""
    beginnings = (
        b"",
        b"POST /graph",
        visitor.head.encode(),
        visitor.request(b'{"query":', length=BYTES),
        b"GET /graphql HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
    )
    async with visitor.connected() as (reader, writer):
        writer.write(beginnings[number % len(beginnings)])
        while not reader.at_eof():
            await asyncio.sleep(PATIENCE)
            writer.write(b"X" if number % 2 else b"")
            await writer.drain()


async def attack(port: int, post: int) -> None:
    """All of them at once."""
    async with asyncio.TaskGroup() as everybody:
        for number, (work, times) in enumerate(CLIENTS):
            visitor = Visitor(f"127.0.1.{number + 1}", port)
            for _ in range(times):
                everybody.create_task(insisting(lambda work=work, visitor=visitor: work(visitor, post)))
        for number in range(CONNECTIONS):
            visitor = Visitor(f"127.0.2.{number % ADDRESSES_OF_CONNECTIONS + 1}", port)
            everybody.create_task(insisting(lambda visitor=visitor, number=number: standing(visitor, number)))
            if number % 50 == 0:
                await asyncio.sleep(0.05)


if __name__ == "__main__":
    os.nice(19)  # on two cores, who is measured is not to wait for who attacks, as elsewhere they would not
    asyncio.run(attack(int(sys.argv[1]), int(sys.argv[2])))
