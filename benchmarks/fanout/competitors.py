"""Who takes part, and how each is told of a comment."""

import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson

from benchmarks.competitors import UVICORN, Competitor, Kind
from benchmarks.fanout.crowd import Subscription
from benchmarks.fanout.writer import Writer, WriterError
from benchmarks.programs import PEERS, node

ON_COMMENT = """
subscription OnComment($post: ID!) {
  commentAdded(post: $post) { id body createdAt author { id name } }
}
"""
ADD = """
mutation Add($post: ID!, $body: String!) {
  addComment(input: { post: $post, body: $body }) { comment { id } error { message } }
}
"""
ANNOUNCE = "mutation Announce($id: ID!) { announce(id: $id) }"
UNLIMITED = "1000000000"
PLAIN_WEBSOCKETS = "--ws websockets-sansio --ws-per-message-deflate false --ws-ping-interval 600"

CAUSERIE = Competitor(
    "causerie",
    "Causerie",
    "a comment is written with `addComment`, in a transaction that is on the disk before it is answered.",
    "sqlite",
    "ours",
    (sys.executable, "-m", "server", "serve"),
    database_variable="CAUSERIE_DATABASE",
    environment={
        "CAUSERIE_LOG_LEVEL": "warning",
        "CAUSERIE_COMMENTS_PER_WINDOW": UNLIMITED,
        "CAUSERIE_CONNECTIONS_PER_ADDRESS": UNLIMITED,
    },
)


def _python(key: str, title: str, about: str, module: str) -> Competitor:
    options = f"{UVICORN} {PLAIN_WEBSOCKETS}".split()
    command = (sys.executable, "-m", "uvicorn", f"benchmarks.peers.{module}:app", *options)
    kind: Kind = "limit" if key == "broadcast" else "python"
    return Competitor(key, title, about, "sqlite", kind, command)


BROADCAST = _python(
    "broadcast",
    "Bare broadcast",
    "Starlette under uvicorn; the bytes that are posted go to every socket. No GraphQL, no database.",
    "broadcast.app",
)
STRAWBERRY = _python(
    "strawberry",
    "Strawberry",
    "an async generator and a queue for each subscription, as its documentation has it.",
    "plain_strawberry.live",
)


def mercurius() -> Competitor:
    """It runs in the Node.js that came with its packages."""
    return Competitor(
        "mercurius",
        "Mercurius",
        "Fastify, Mercurius with its own pubsub, better-sqlite3.",
        "sqlite",
        "node",
        (node(), str(PEERS / "mercurius_live" / "server.js")),
        environment={"NODE_ENV": "production"},
    )


class Speaker(Protocol):
    """Makes a server tell its subscribers of one comment more; whoever listens has heard one after `cycle` of them."""

    @property
    def cycle(self) -> int:
        """How many posts are spoken of in turn."""

    async def say(self, writer: Writer) -> None:
        """Return when the server has answered."""


@dataclass
class Author:
    """Writes the comments, of these posts in turn; their bodies are all of one length."""

    posts: Sequence[int]
    number: int = 0

    @property
    def cycle(self) -> int:
        """All posts."""
        return len(self.posts)

    async def say(self, writer: Writer) -> None:
        """Write one."""
        self.number += 1
        post = self.posts[self.number % len(self.posts)]
        body = f"{self.number:08d} " + "A comment is read more often than it is written. " * 4
        request = {"query": ADD, "variables": {"post": f"post_{post}", "body": body}}
        answer = await writer.post(orjson.dumps(request))
        if not answer.endswith(b'"error":null}}}'):
            raise WriterError(answer.decode())


class Announcer:
    """Announces comments that have been written, over and over; they are of one post."""

    cycle = 1

    def __init__(self, comments: Sequence[int]) -> None:
        self._comments = itertools.cycle(comments)

    async def say(self, writer: Writer) -> None:
        """Announce one."""
        request = {"query": ANNOUNCE, "variables": {"id": f"comment_{next(self._comments)}"}}
        await writer.post(orjson.dumps(request))


@dataclass
class Broadcaster:
    """Has the same bytes sent each time."""

    text: bytes
    cycle: int = 1

    async def say(self, writer: Writer) -> None:
        """Send them."""
        await writer.post(self.text)


def of_post(post: int) -> Subscription:
    """Everybody listens to one post."""
    return lambda _: (ON_COMMENT, {"post": f"post_{post}"})


def of_posts(posts: Sequence[int], selections: int) -> Subscription:
    """So many different selections, each of one post, and as many subscribers to each."""

    def subscription(number: int) -> tuple[str, dict[str, str]]:
        which = number % selections
        document = ON_COMMENT.replace("id body", f"id body as{which}: id", 1)
        return document, {"post": f"post_{posts[which % len(posts)]}"}

    return subscription


def to_everything(number: int) -> None:
    """There is nothing to subscribe to."""
    del number
