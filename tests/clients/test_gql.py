"""The Python client gql, with the schema that it fetches, over HTTP and over graphql-transport-ws."""

import asyncio
from typing import Any

import pytest
from gql import Client, GraphQLRequest, gql
from gql.client import AsyncClientSession
from gql.dsl import DSLMutation, DSLSchema, dsl_gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from tests.clients.requests import ask, comment, newest_post, sign_in
from tests.server.running import Server

PLAIN = "subscription ($post: ID) { commentAdded(post: $post) { body } }"
FEED = """
subscription ($post: ID, $after: String) {
  commentFeed(post: $post, after: $after) { ... on CommentAdded { comment { body } } }
}
"""


def socket(site: Server, **params: Any) -> WebsocketsTransport:
    protocol = WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL
    return WebsocketsTransport(site.socket, subprotocols=[protocol], init_payload=params)


async def first(session: AsyncClientSession, query: str, **variables: Any) -> dict[str, Any]:
    """The first event of a subscription."""
    request = GraphQLRequest(query, variable_values=variables)
    async for event in session.subscribe(request):
        return event
    raise AssertionError


async def test_a_mutation_made_from_the_fetched_schema(site: Server) -> None:
    headers = {"authorization": f"Bearer {sign_in(site, 'julien')}"}
    transport = HTTPXAsyncTransport(site.graphql, headers=headers)
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        assert session.client.schema is not None
        types = DSLSchema(session.client.schema)
        written = types.AddCommentPayload.comment.select(types.Comment.body)
        given = {"post": newest_post(site), "body": "Written with gql"}
        add = types.Mutation.addComment(input=given).select(written)
        assert await session.execute(dsl_gql(DSLMutation(add))) == {
            "addComment": {"comment": {"body": given["body"]}}
        }


async def test_both_subscriptions_on_one_socket(site: Server) -> None:
    token, post = sign_in(site, "claire"), newest_post(site)
    (shown,) = ask(site, "{ posts(first: 1) { nodes { feedCursor } } }")["posts"]["nodes"]
    async with Client(transport=socket(site, token=token)) as session:
        assert await session.execute(gql("{ viewer { username } }")) == {"viewer": {"username": "claire"}}
        plain = asyncio.create_task(first(session, PLAIN, post=post))
        feed = asyncio.create_task(first(session, FEED, post=post, after=shown["feedCursor"]))
        await asyncio.sleep(0)
        await session.execute(gql("{ __typename }"))  # answered behind them, so they have begun
        await asyncio.to_thread(comment, site, token, post, "Heard with gql")
        assert await plain == {"commentAdded": {"body": "Heard with gql"}}
        assert await feed == {"commentFeed": {"comment": {"body": "Heard with gql"}}}


async def test_what_is_refused_reaches_the_caller(site: Server) -> None:
    for transport in (HTTPXAsyncTransport(site.graphql), socket(site)):
        async with Client(transport=transport) as session:
            with pytest.raises(TransportQueryError, match="first"):
                await session.execute(gql("{ posts(first: -1) { totalCount } }"))
            assert await session.execute(gql("{ site { title } }")) == {"site": {"title": "Causerie"}}
