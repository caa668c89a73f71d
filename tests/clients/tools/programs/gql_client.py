"""The client gql, which checks and converts with the schema from a file."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport
from gql.utilities import update_schema_scalar
from graphql import GraphQLError, GraphQLScalarType, build_schema

schema = build_schema(Path("schema.graphql").read_text(encoding="utf-8"))
update_schema_scalar(
    schema, "DateTime", GraphQLScalarType("DateTime", datetime.isoformat, datetime.fromisoformat)
)


def operation(name: str, **variables: object) -> GraphQLRequest:
    text = Path(f"operations/{name}.graphql").read_text(encoding="utf-8")
    return GraphQLRequest(text, variable_values=variables, operation_name=None)


async def main(url: str) -> dict[str, object]:
    transport = HTTPXAsyncTransport(url)
    async with Client(schema=schema, transport=transport, parse_results=True) as session:
        slug = "keyset-paging-or-why-page-500-is-slow"
        post = (await session.execute(operation("page", by={"slug": slug})))["post"]
        given = {"email": "julien@example.org", "password": "a quiet conversation"}
        signed = (await session.execute(operation("sign-in", input=given)))["signIn"]
        try:
            await session.execute(GraphQLRequest("{ post(by: {}) { id } }"))
        except (GraphQLError, TransportQueryError) as refusal:
            refused = type(refusal).__name__
    transport = HTTPXAsyncTransport(url, headers={"authorization": f"Bearer {signed['token']}"})
    async with Client(schema=schema, transport=transport, parse_results=True) as session:
        answers = [
            (await session.execute(operation("add-comment", input={"post": post["id"], "body": body})))[
                "addComment"
            ]
            for body in (" ", "Written with gql")
        ]
    socket = WebsocketsTransport(url.replace("http", "ws"), subprotocols=["graphql-transport-ws"])
    async with Client(schema=schema, transport=socket, parse_results=True) as session:
        async for event in session.subscribe(operation("feed", post=post["id"], after=post["feedCursor"])):
            heard = event["commentFeed"]["comment"]["body"]
            break
    return {
        "title": post["title"],
        "at": post["publishedAt"].isoformat(),
        "user": signed["user"]["username"],
        "invalid": answers[0]["error"]["fields"],
        "added": answers[1]["comment"]["body"],
        "heard": heard,
        "refused": refused,
    }


print(json.dumps(asyncio.run(main(sys.argv[1]))))
