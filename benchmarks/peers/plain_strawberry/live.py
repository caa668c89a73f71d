"""Live comments as Strawberry's documentation shows subscriptions: an async generator for each, fed by a queue.

A comment is the same type as for reads: its author comes from the connection's data loader, which has it after the
first time.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator

import orjson
import strawberry
from strawberry.extensions import ParserCache, ValidationCache

import models
from benchmarks.peers.plain_strawberry import app as reads
from benchmarks.peers.plain_strawberry.schema import Comment

_queues: dict[str, set[asyncio.Queue["Comment"]]] = defaultdict(set)


@strawberry.type
class Query:
    """There must be one."""

    ready: bool = True


@strawberry.type
class Mutation:
    """What makes news."""

    @strawberry.mutation
    async def announce(self, id: strawberry.ID) -> bool:  # noqa: A002 - what clients call it
        """Tell the subscribers of its post about a comment, which is read once."""
        row = await models.Comment.get(id=int(id[8:]))
        comment = Comment.of(row)
        for queue in _queues[f"post_{row.post_id}"]:
            queue.put_nowait(comment)
        return True


@strawberry.type
class Subscription:
    """What can be listened to."""

    @strawberry.subscription
    async def comment_added(self, post: strawberry.ID) -> AsyncGenerator[Comment, None]:
        """New comments of a post."""
        queue: asyncio.Queue[Comment] = asyncio.Queue()
        _queues[post].add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            _queues[post].discard(queue)


class Endpoint(reads.Endpoint):
    """Clients want text frames."""

    def encode_json(self, data: object) -> str:  # type: ignore[override]
        """Write with orjson."""
        return orjson.dumps(data).decode()


schema = strawberry.Schema(Query, Mutation, Subscription, extensions=[ParserCache, ValidationCache])
app = reads.serve(Endpoint(schema, graphql_ide=None))
