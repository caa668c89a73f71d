"""Whatever a client asks of the whole schema, the answer is GraphQL's, and nothing of it is a bug of ours."""

import json
from typing import Any

import httpx
import pytest

from server.http.media import RESPONSE
from tests.server.graphql_client import sign_in
from tests.server.running import Server

NUL = "a\x00b"
LONG = "é" * 100_000
HALF = "Nice \ud83d"
"""A text that ends in the middle of an emoji, as JavaScript cuts it."""
IDS: list[Any] = [
    "",
    "post_",
    "post_0",
    "post_-1",
    f"post_{2**63}",
    f"post_{'9' * 400}",
    "comment_1",
    "☃",
    HALF,
    f"post_{HALF}",
    NUL,
    LONG,
    7,
]
TEXTS = ["", " ", NUL, HALF, "\udc00", "\ud7ff", "\u202e", "'; DROP TABLE posts; --", "%_\\", "👩‍👩‍👧", LONG]
NUMBERS: list[Any] = [-1, 0, 101, 2**31 - 1, -(2**31), 2**31, 2**63, 1e300, 1.5, "1", True, None, [], {}]
CURSORS = [
    "",
    "x",
    "bnVsbA",
    "W10",
    "WzFd",
    "eyJhIjoxfQ",
    NUL,
    HALF,
    LONG,
    "1-5eaf0011",
    "99999999999999999999-0",
]
MOMENTS = [
    "",
    HALF,
    "yesterday",
    "2026-13-01T00:00:00Z",
    "0000-00-00",
    "9999-12-31T23:59:59.999999Z",
    NUL,
    "2026-01-01T00:00:00",
]

ASKED: dict[str, tuple[str, list[Any]]] = {
    "a post by id": ("query ($v: ID!) { post(by: {id: $v}) { id } }", IDS),
    "a node": ("query ($v: ID!) { node(id: $v) { __typename } }", IDS),
    "nodes": (
        "query ($v: [ID!]!) { nodes(ids: $v) { id } }",
        [IDS[:-1], ["post_1"] * 101, [None], "post_1", []],
    ),
    "a post by slug": ("query ($v: String!) { post(by: {slug: $v}) { id } }", TEXTS),
    "a post by neither": (
        "query ($v: PostBy!) { post(by: $v) { id } }",
        [{}, {"id": "a", "slug": "b"}, {"id": None}],
    ),
    "a user by name": ("query ($v: String!) { user(by: {username: $v}) { id } }", TEXTS),
    "posts of an author": ("query ($v: ID) { posts(filter: {author: $v}) { totalCount } }", IDS),
    "posts in a language": ("query ($v: String) { posts(filter: {language: $v}) { totalCount } }", TEXTS),
    "posts of a time": (
        "query ($v: DateTime) { posts(filter: {publishedFrom: $v}) { totalCount } }",
        MOMENTS,
    ),
    "a page": ("query ($v: Int) { posts(first: $v) { nodes { id } } }", NUMBERS),
    "a page from the end": ("query ($v: Int) { posts(last: $v) { nodes { id } } }", NUMBERS),
    "a numbered page": ("query ($v: Int) { posts(offset: $v) { nodes { id } } }", NUMBERS),
    "a page after": ("query ($v: String) { posts(after: $v) { nodes { id } } }", CURSORS),
    "comments before": ("query ($v: String) { comments(last: 5, before: $v) { nodes { id } } }", CURSORS),
    "both ends": ("query ($v: Int) { comments(first: $v, last: $v) { totalCount } }", [1]),
    "an order": ("query ($v: PostOrder!) { posts(orderBy: $v) { totalCount } }", ["BEST", None, 1]),
    "signing in": (
        'mutation ($v: String!) { signIn(input: {email: $v, password: "wrong password"}) { __typename } }',
        TEXTS,
    ),
    "signing up": (
        "mutation ($v: String!) { signUp(input: {email: $v, username: $v, password: $v}) { __typename } }",
        TEXTS,
    ),
    "a profile": (
        "mutation ($v: String) { updateProfile(input: {name: $v, bio: $v}) { __typename } }",
        TEXTS,
    ),
    "a comment": (
        "mutation ($v: String!) { addComment(input: {post: $v, body: $v}) { __typename } }",
        [*TEXTS, *IDS],
    ),
    "a comment's text": (
        'mutation ($v: String!) { addComment(input: {post: "post_1", body: $v}) { __typename } }',
        TEXTS,
    ),
    "deleting": ("mutation ($v: ID!) { deleteComment(id: $v) { __typename } }", IDS),
    "a category": (
        "mutation ($v: String!) { createCategory(input: {name: $v, slug: $v}) { __typename } }",
        TEXTS,
    ),
    "a post to write": (
        "mutation ($v: String!) { createPost(input: {title: $v, body: $v, category: $v}) { __typename } }",
        TEXTS,
    ),
}


@pytest.mark.parametrize(("query", "values"), ASKED.values(), ids=ASKED)
async def test_bad_values_are_answered_properly(
    client: httpx.AsyncClient, site: Server, query: str, values: list[Any]
) -> None:
    headers = {"authorization": f"Bearer {await sign_in(client, 'nadia@example.org')}", "accept": RESPONSE}
    for value in values:
        body = json.dumps({"query": query, "variables": {"v": value}})
        response = await client.post(
            "/graphql", content=body, headers=headers | {"content-type": "application/json"}
        )
        assert response.status_code in (200, 400), (value, response.text[:500])
        answer = response.json()
        codes = [error["extensions"]["code"] for error in answer.get("errors", ())]
        assert "INTERNAL_ERROR" not in codes, (value, site.events("bug"))
        assert answer.get("data") or codes
    assert site.events("bug") == []


WORDS = {
    "a text that is NUL": '{ post(by: {slug: "a\\u0000b"}) { id } }',
    "a lone surrogate": '{ post(by: {slug: "\\ud800"}) { id } }',
    "a number of 5,000 digits": f"{{ posts(first: {'9' * 5000}) {{ totalCount }} }}",
    "a number as an id": f"{{ node(id: {'9' * 5000}) {{ id }} }}",
    "deep nesting": "{ posts " + "{ nodes { author { posts " * 200 + "{ totalCount }" + "}}}" * 200 + "}",
    "deep lists": "{ nodes(ids: " + "[" * 5000 + "]" * 5000 + ") { id } }",
    "deep objects": "{ posts(filter: " + "{a: " * 5000 + "1" + "}" * 5000 + ") { totalCount } }",
    "many aliases": "{" + " ".join(f"a{number}: site {{ title }}" for number in range(3000)) + "}",
    "many directives": "{ site " + "@skip(if: false) " * 3000 + "{ title } }",
    "a circle of fragments": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    "a chain of fragments": "{ ...F0 }"
    + "".join(f" fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(200))
    + " fragment F200 on Query { site { title } }",
    "an unknown directive": "{ site @live { title } }",
    "two operations": "query A { site { title } } query B { site { title } }",
    "a type definition": "type A { b: Int }",
    "more rows than anybody needs": "{ posts(first: 100) { nodes { comments(first: 100) { nodes { "
    "replies(first: 100) { nodes { id } } } } } } }",
}


@pytest.mark.parametrize("query", WORDS.values(), ids=WORDS)
async def test_bad_documents_are_answered_properly(
    client: httpx.AsyncClient, site: Server, query: str
) -> None:
    response = await client.post("/graphql", json={"query": query}, headers={"accept": RESPONSE}, timeout=5)
    assert response.status_code in (200, 400), response.text[:500]
    assert "INTERNAL_ERROR" not in response.text
    assert site.events("bug") == []
