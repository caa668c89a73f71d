"""Operations on sockets and streams, as they are started in tasks of their own."""

import asyncio
from typing import Any

import pytest

from auth.viewer import anonymous
from compiler import Engine
from resolvers.policy import Policy
from server.app import build_engine
from server.config.environment import load_settings
from server.http.authentication import Identity
from server.http.document_queue import DocumentQueue
from server.http.live_operations import LiveOperations
from storage import Database, caller


@pytest.fixture
def engine(database: Database) -> Engine:
    return build_engine(load_settings(), database, Policy())


@pytest.mark.parametrize("query", ["{ site { title } }", "subscription { commentFeed { __typename } }"])
async def test_an_operation_asks_the_database_for_its_client(engine: Engine, query: str) -> None:
    """Also where the hub looks for what a subscription has missed."""
    scope = {"type": "websocket", "headers": [], "client": ("192.0.2.7", 50000)}
    client = Identity(anonymous(), None, {})

    async def run() -> tuple[Any, Any]:
        operations = LiveOperations(engine, Policy(), DocumentQueue(1).do)
        return await operations.start({"query": query}, client, scope), caller.get()

    started, asks = await asyncio.create_task(run())
    if asyncio.iscoroutine(started):
        started.close()
    assert asks == "192.0.2.7"
    assert caller.get() is None
