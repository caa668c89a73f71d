"""Those who take part: writers, a moderator, and subscribers that come back with their last cursor.

They write down what they are told, and give up on nothing: after a failure they come again.
"""

import asyncio
import contextlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.faults.history import Heard, History, Subscription, Write

PATIENCE = 5.0
"""Seconds in which a healthy server has answered; without an answer a client comes again."""
ADD = """
mutation ($post: ID!, $body: String!) {
  done: addComment(input: {post: $post, body: $body}) { comment { id } error { __typename } }
}
"""
REJECT = """
mutation ($id: ID!) {
  done: setCommentStatus(input: {id: $id, status: REJECTED}) { comment { id } error { __typename } }
}
"""
TAKE_BACK = """
mutation ($id: ID!) {
  done: updatePost(input: {id: $id, publishedAt: null}) { post { id } error { __typename } }
}
"""
PUBLISH = """
mutation ($id: ID!) {
  done: publishPost(id: $id) { post { id } error { __typename } }
}
"""
FEED = """
subscription ($post: ID, $after: String) {
  commentFeed(post: $post, after: $after) {
    __typename
    cursor
    ... on CommentAdded { comment { id body } }
    ... on CommentRemoved { commentId }
  }
}
"""
TEMPORARY = ("UNAVAILABLE", "TIMEOUT")


class Unclear(Exception):
    """Nobody knows whether it happened."""


@dataclass
class Voice:
    """Asks over HTTP, in the name of an account."""

    url: str
    token: str
    history: History
    refusals: Collection[str] = ()
    """What it may be told by name instead: that its post is a draft just now."""

    def __post_init__(self) -> None:
        self.http = httpx.AsyncClient(base_url=self.url, timeout=PATIENCE, verify=False)

    async def do(self, query: str, **variables: str) -> Any:
        """The outcome. Raises Unclear; whatever no server should answer is complained about."""
        headers = {"authorization": f"Bearer {self.token}"}
        try:
            response = await self.http.post(
                "/graphql", json={"query": query, "variables": variables}, headers=headers
            )
            answer = response.json()
        except (httpx.HTTPError, ValueError):
            raise Unclear from None
        codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
        if not set(codes) <= set(TEMPORARY):
            self.history.complaints.append(f"{variables} was answered {answer}")
        if codes:
            raise Unclear
        done = answer["data"]["done"]
        if done["error"] is not None:
            if done["error"]["__typename"] not in self.refusals:
                self.history.complaints.append(f"{variables} was answered {done}")
            raise Unclear
        return done.get("comment") or done.get("post")


@dataclass
class Writer:
    """Writes comments, each with a body of its own, long and short."""

    voice: Voice
    posts: list[str]
    random: Random
    numbers: Iterator[int]

    async def write(self, enough: asyncio.Event) -> None:
        """Write until it is enough."""
        while not enough.is_set():
            await self.attempt()
            await asyncio.sleep(self.random.uniform(0, 0.05))

    async def attempt(self) -> bool:
        """Write once; whether it was acknowledged."""
        body = f"Comment {next(self.numbers)} " + "x" * self.random.choice([1, 1, 1, 4000])
        write = Write(body)
        self.voice.history.writes.append(write)
        try:
            done = await self.voice.do(ADD, post=self.random.choice(self.posts), body=body)
        except Unclear:
            return False
        write.acknowledge(done["id"])
        return True


@dataclass
class Moderator:
    """Rejects a comment now and then: as soon as it is there, or much later."""

    voice: Voice
    random: Random
    seen: set[str] = field(default_factory=set)

    async def moderate(self, enough: asyncio.Event) -> None:
        """Moderate until it is enough."""
        while not enough.is_set():
            await asyncio.sleep(self.random.uniform(0, 0.3))
            await self.attempt()

    async def attempt(self) -> bool:
        """Reject something, if there is anything; whether it was acknowledged."""
        candidates = [write.id for write in self.voice.history.acknowledged if write.id not in self.seen]
        id_ = candidates[-1 if self.random.random() < 0.5 else 0] if candidates else None
        if id_ is None:
            return False
        self.seen.add(id_)
        try:
            await self.voice.do(REJECT, id=id_)
        except Unclear:
            return False
        self.voice.history.rejected.append(id_)
        return True


@dataclass
class Author:
    """Takes a post back now and then, and publishes it again."""

    voice: Voice
    posts: list[str]
    random: Random

    async def publish(self, enough: asyncio.Event) -> None:
        """Do so until it is enough; then all are public."""
        while not enough.is_set():
            await asyncio.sleep(self.random.uniform(0.2, 0.8))
            with contextlib.suppress(Unclear):
                await self.voice.do(TAKE_BACK, id=self.posts[0])
            await asyncio.sleep(self.random.uniform(0, 0.2))
            while not await self.attempt():  # noqa: ASYNC110 - it tries again
                await asyncio.sleep(0.1)

    async def attempt(self) -> bool:
        """Publish it; whether it was acknowledged."""
        try:
            await self.voice.do(PUBLISH, id=self.posts[0])
        except Unclear:
            return False
        return True


@dataclass
class Subscriber:
    """Follows the feed through whatever happens. `reads` is cleared while it should stop reading."""

    url: str
    subscription: Subscription
    random: Random
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    pings: float | None = 1.0
    """How often it makes sure that the server is there; while it does not read it hears no answer."""

    def __post_init__(self) -> None:
        self.reads.set()

    async def follow(self) -> None:
        """Follow for ever."""
        while True:
            try:
                async with connect(
                    f"{self.url.replace('http', 'ws', 1)}/graphql",
                    subprotocols=[Subprotocol("graphql-transport-ws")],
                    open_timeout=PATIENCE,
                    ping_interval=self.pings,
                    ping_timeout=PATIENCE,
                    close_timeout=0.2,
                    compression=None,
                    max_queue=4,
                    proxy=None,
                ) as socket:
                    await self._subscribe(socket)
                    while await self._take(socket):
                        pass
            except (OSError, WebSocketException, TimeoutError, EOFError):
                pass
            await asyncio.sleep(self.random.uniform(0, 0.2))

    async def _subscribe(self, socket: ClientConnection) -> None:
        await socket.send(json.dumps({"type": "connection_init"}))
        async with asyncio.timeout(PATIENCE):
            while json.loads(await socket.recv())["type"] != "connection_ack":
                pass
        variables = {"post": self.subscription.post, "after": self.subscription.cursor}
        payload = {"query": FEED, "variables": variables}
        await socket.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        self.subscription.connections += 1

    async def _take(self, socket: ClientConnection) -> bool:
        """Take the next message; whether there is a reason to wait for another one."""
        await self.reads.wait()
        message = json.loads(await socket.recv())
        match message["type"]:
            case "ping":
                await socket.send(json.dumps({"type": "pong"}))
            case "next" if "errors" not in message["payload"]:
                self._note(message["payload"]["data"]["commentFeed"])
            case "error" if message["payload"][0]["extensions"]["code"] in TEMPORARY:
                return False
            case _:
                self.subscription.complaints.append(f"was told {message}")
                return False
        return True

    def _note(self, event: dict[str, Any]) -> None:
        if event["__typename"] == "FeedReset":
            self.subscription.complaints.append(f"was reset to {event['cursor']}")
        comment = event.get("comment") or {}
        id_ = comment.get("id") or event.get("commentId", "")
        self.subscription.heard.append(Heard(event["__typename"], event["cursor"], id_, comment.get("body")))
