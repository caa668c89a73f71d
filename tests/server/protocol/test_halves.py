"""Half a surrogate pair, as JavaScript leaves one behind when it cuts a text: the same answer on every transport."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from graphql import (
    GraphQLInputType,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)

import schema
from compiler.registry import Registry
from tests.server.graphql_client import Socket, sign_in, socket
from tests.server.running import Server

HALF = "Nice \ud83d"
EVENTS = "text/event-stream"
JSON = {"content-type": "application/json"}
MUTATIONS = Registry(schema.build()).graphql.mutation_type
ADD = """
    mutation ($input: AddCommentInput!) {
      addComment(input: $input) { error { __typename ... on InvalidInput { fields { field } } } }
    }
"""
INPUT = {"post": "post_1", "body": HALF}
READS: list[tuple[str, dict[str, Any]]] = [
    ("query ($v: String!) { post(by: {slug: $v}) { id } }", {"v": HALF}),
    ("query ($v: String!) { user(by: {username: $v}) { id } }", {"v": "\udfff"}),
    ("query ($v: ID!) { node(id: $v) { id } }", {"v": "post_\ud800"}),
    ("query ($v: PostFilter) { posts(filter: $v) { totalCount } }", {"v": {"language": HALF}}),
    ("query ($v: PostFilter) { posts(filter: $v) { totalCount } }", {"v": {HALF: 1}}),
    ("query ($v: String) { posts(after: $v) { totalCount } }", {"v": HALF}),
    ("query ($v: Int) { posts(first: $v) { totalCount } }", {"v": HALF}),
    ("query ($v: PostOrder!) { posts(orderBy: $v) { totalCount } }", {"v": HALF}),
    ("query ($v: ID) { site { title } comment(id: $v) { id } }", {"v": HALF, HALF: HALF}),
    ('{ site { title } } # "\ud800"', {}),
    ('{ post(by: {slug: "\ud800"}) { id } }', {}),
    ('{ post(by: {slug: "\\ud800"}) { id } }', {}),
    ("{ site { title } }", {HALF: [HALF, {HALF: HALF}]}),
]


async def answered_alike(
    client: httpx.AsyncClient, one: Socket, members: dict[str, Any], token: str | None = None
) -> dict[str, Any]:
    """The answer to a request, which is the same on all ways."""
    headers = JSON if token is None else JSON | {"authorization": f"Bearer {token}"}
    body = json.dumps(members)
    posted = await client.post("/graphql", content=body, headers=headers)
    streamed = await client.post("/graphql", content=body, headers=headers | {"accept": EVENTS})
    await one.say(type="subscribe", id=HALF, payload=members)
    heard = await one.hear()
    assert heard["id"] == HALF
    if heard["type"] == "next":
        assert await one.hear() == {"id": HALF, "type": "complete"}
    payload = heard["payload"] if heard["type"] == "next" else {"errors": heard["payload"]}
    answer: dict[str, Any] = posted.json()
    event = json.loads(streamed.text.split("data: ", 1)[1].splitlines()[0])
    assert (posted.status_code, payload, event) == (200, answer, answer)
    return answer


async def test_as_a_comment_it_is_invalid_input(site: Server, client: httpx.AsyncClient) -> None:
    token = await sign_in(client, "nadia@example.org")
    async with socket(site) as one:
        await one.init(token=token)
        members = {"query": ADD, "variables": {"input": INPUT}}
        answer = await answered_alike(client, one, members, token)
        refusal = {"__typename": "InvalidInput", "fields": [{"field": "body"}]}
        assert answer == {"data": {"addComment": {"error": refusal}}}
        assert (await one.ask({"query": "{ site { title } }"}))["type"] == "next"


@pytest.mark.parametrize("case", range(len(READS)))
async def test_reads_find_nothing_or_say_what_is_wrong(
    site: Server, client: httpx.AsyncClient, case: int
) -> None:
    query, variables = READS[case]
    async with socket(site) as one:
        await one.init()
        answer = await answered_alike(client, one, {"query": query, "variables": variables})
        told = [error["extensions"]["code"] for error in answer.get("errors", ())]
        assert "INTERNAL_ERROR" not in told
        assert told or answer["data"]
        by_get = {"query": query.replace("\ud800", "?"), "variables": json.dumps(variables)}
        got = await client.get("/graphql", params=by_get)
        assert got.status_code == 200
    assert site.events("bug") == []


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"operationName": HALF}, "OPERATION_RESOLUTION_FAILURE"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": HALF}}}, "PERSISTED_QUERY_MISMATCH"),
        ({"documentId": HALF}, "PERSISTED_QUERY_MISMATCH"),
        ({"extensions": {HALF: HALF}, HALF: HALF}, None),
    ],
)
async def test_other_members_of_a_request(
    site: Server, client: httpx.AsyncClient, members: dict[str, Any], code: str | None
) -> None:
    async with socket(site) as one:
        await one.init()
        answer = await answered_alike(client, one, {"query": "{ site { title } }", **members})
    told = [error["extensions"]["code"] for error in answer.get("errors", ())]
    assert told == ([] if code is None else [code])


async def test_other_messages_of_a_socket(site: Server) -> None:
    async with socket(site) as one:
        assert (await one.init(token=HALF, more=HALF))["type"] == "connection_ack"
        await one.say(type="ping", payload={HALF: HALF})
        assert await one.hear() == {"type": "pong", "payload": {HALF: HALF}}
        await one.say(type="pong", payload={HALF: HALF})
        await one.say(type="complete", id=HALF)
        assert (await one.ask({"query": "{ site { title } }"}))["type"] == "next"
        feed = {"query": "subscription { commentAdded { id } }"}
        for _ in range(2):
            await one.say(type="subscribe", id=HALF, payload=feed)
        assert await one.closed() == 4409
    async with socket(site) as one:
        await one.init()
        await one.say(type=HALF)
        assert await one.closed() == 4400


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("commentAdded(post: $v)", "BAD_USER_INPUT"),
        ("commentAdded(category: $v)", "BAD_USER_INPUT"),
        ("commentFeed(after: $v)", "BAD_USER_INPUT"),
    ],
)
async def test_subscriptions_are_refused_alone(site: Server, fields: str, code: str) -> None:
    async with socket(site) as one:
        await one.init()
        type_ = "String" if "after" in fields else "ID"
        query = f"subscription ($v: {type_}) {{ {fields} {{ __typename }} }}"
        refused = await one.ask({"query": query, "variables": {"v": HALF}})
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", code)
        assert (await one.ask({"query": "{ site { title } }"}, "2"))["type"] == "next"
    assert site.events("bug") == []


def _value(type_: GraphQLInputType, text: str) -> Any:
    """A value whose texts are all this one."""
    plain: Any = get_nullable_type(type_)
    if is_list_type(plain):
        return [_value(plain.of_type, text)]
    if is_enum_type(plain):
        return next(iter(plain.values))
    if is_input_object_type(plain):
        return {name: _value(each.type, text) for name, each in plain.fields.items()}
    return {"Boolean": True, "Int": 1, "DateTime": "2026-01-01T00:00:00Z"}.get(plain.name, text)


def _with_one(value: Any) -> Iterator[Any]:
    """The same with half a pair in one text after the other."""
    if isinstance(value, str):
        yield HALF
    if isinstance(value, dict):
        for name, item in value.items():
            yield from (value | {name: changed} for changed in _with_one(item))


assert MUTATIONS is not None
WRITES = {
    name: field for name, field in MUTATIONS.fields.items() if name not in ("signOut", "signOutEverywhere")
}


@pytest.mark.parametrize("name", WRITES)
async def test_in_any_text_of_any_mutation(site: Server, client: httpx.AsyncClient, name: str) -> None:
    ((argument, declared),) = WRITES[name].args.items()
    assert is_non_null_type(declared.type)
    query = f"mutation ($v: {declared.type}) {{ {name}({argument}: $v) {{ error {{ message }} }} }}"
    token = await sign_in(client, "claire@example.org")
    headers = JSON | {"authorization": f"Bearer {token}"}
    async with socket(site) as one:
        await one.init(token=token)
        for value in [_value(declared.type, HALF), *_with_one(_value(declared.type, "quite good words"))]:
            members = {"query": query, "variables": {"v": value}}
            posted = await client.post("/graphql", content=json.dumps(members), headers=headers)
            assert "INTERNAL_ERROR" not in posted.text, (value, posted.text)
            heard = await one.ask(members)
            assert "INTERNAL_ERROR" not in json.dumps(heard)
    assert site.events("bug") == []
