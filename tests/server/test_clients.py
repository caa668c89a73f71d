"""Others' tests and others' clients: graphql-http's audits, graphql-ws, Apollo and gql, against the real server."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from tests import npm
from tests.server.graphql_client import DEMO
from tests.server.running import Server
from tests.tools import find

AUDITS = 61
Script = Callable[..., Any]


@pytest.fixture(scope="session")
def script() -> Script:
    """Runs one of the scripts, with its packages installed; what it prints."""
    npm.packages()

    def run(name: str, *arguments: str) -> Any:
        command = [str(find("node")), str(npm.FOLDER / name), *arguments]
        return json.loads(subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=True).stdout)

    return run


def test_every_audit_of_graphql_over_http_is_ok(sqlite_site: Server, script: Script) -> None:
    results = script("audit.js", sqlite_site.graphql)
    assert len(results) == AUDITS
    assert [result for result in results if result["status"] != "ok"] == []


def test_apollo_and_graphql_ws_read_write_and_listen(site: Server, script: Script) -> None:
    body = "Written by Apollo"
    assert script("clients.js", site.graphql, "nadia@example.org", DEMO) == {
        "user": "nadia",
        "who": "nadia",
        "added": True,
        "feed": {"__typename": "CommentAdded", "comment": {"body": body}},
        "plain": body,
    }


async def test_gql_reads_over_http_and_listens_over_a_socket(sqlite_site: Server) -> None:
    page = gql("query { posts(first: 1) { nodes { id feedCursor } } }")
    async with Client(
        transport=HTTPXAsyncTransport(sqlite_site.graphql), fetch_schema_from_transport=True
    ) as http:
        (post,) = (await http.execute(page))["posts"]["nodes"]
    subprotocol = WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL
    async with Client(transport=WebsocketsTransport(sqlite_site.socket, subprotocols=[subprotocol])) as live:
        assert (await live.execute(page))["posts"]["nodes"][0]["id"] == post["id"]
        feed = gql('subscription { commentFeed(after: "0-00000000") { __typename } }')
        async for event in live.subscribe(feed):
            assert event["commentFeed"]["__typename"] in ("FeedReset", "CommentAdded")
            break
