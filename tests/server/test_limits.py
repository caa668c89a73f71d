"""Limits over HTTP: each comes before work, in milliseconds, and names itself, what was asked for, and the place."""

import time
from typing import Any

import httpx
import pytest

from tests.server.running import Server, running

SOON = 15.0
"""Seconds that an answer may take, on a machine that is busy with other things."""


def post(selection: str, fragments: str = "") -> str:
    return f'{{ post(by: {{id: "post_1"}}) {{ {selection} }} }} {fragments}'


def chain(levels: int, more: str = "", copies: int = 1) -> str:
    """Fragments that lead from one to the next, and what each of them has besides."""
    links = (f"fragment F{n} on Post {{ {f'...F{n + 1} ' * copies}{more} }}" for n in range(levels))
    return " ".join([*links, f"fragment F{levels} on Post {{ id }}"])


async def asked(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    begun = time.perf_counter()
    response = await client.post("/graphql", json={"query": query})
    assert time.perf_counter() - begun < SOON
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


PAGES = "posts(first: 100) {{ nodes {{ comments(first: 100) {{ nodes {{ {} }} }} }} }}"
DEEP = "author { posts { nodes { "
EXCEEDED = {
    "depth": ("{ posts { nodes { " + DEEP * 7 + "id" + " } } }" * 7 + " } } }", 20, 24),
    "fields": ("{ " + post(" ".join(["id"] * 2000))[2:], 2000, 2001),
    "aliases": (post(" ".join(f"a{n}: id" for n in range(501))), 500, 501),
    "directives": (post("id " + "@skip(if: false) " * 201), 200, 201),
    "root_fields": ("{ " + " ".join(f"a{n}: __typename" for n in range(21)) + " }", 20, 21),
    "tokens": ("{ " + "a " * 10_000 + "}", 10_000, 10_001),
    "nesting": (post("...F0", chain(300)), 250, 303),
    "rows": ("{ " + PAGES.format("author { posts(first: 100) { totalCount } }") + " }", 50_000, 220_100),
}


@pytest.mark.parametrize("name", EXCEEDED)
async def test_each_limit(site: Server, client: httpx.AsyncClient, name: str) -> None:
    query, allowed, number = EXCEEDED[name]
    answer = await asked(client, query)
    assert "data" not in answer
    (error,) = [each for each in answer["errors"] if each["extensions"]["limit"] == name]
    lists = error["extensions"].pop("lists", None)
    assert error["extensions"] == {
        "code": "LIMIT_EXCEEDED",
        "limit": name,
        "allowed": allowed,
        "asked": number,
    }
    assert (lists is None) is (name != "rows")
    assert f"{allowed:,}" in error["message"]
    assert error["locations"][0]["line"] == 1
    assert len(query) < 30_000


def below_itself(size: int, members: str) -> str:
    """Members of the same post's comments, asked for again below each of so many comments, and below theirs."""
    comments = f"comments(first: 0, flat: true) {{ {members} }}"
    for _ in range(2):
        comments = f"comments(first: {size}, flat: true) {{ nodes {{ post {{ {comments} }} }} }}"
    return post(comments)[2:-3]


def aliased(times: int, field: str) -> str:
    return " ".join(f"a{n}: {field}" for n in range(times))


TOTALS = aliased(24, "posts(first: 0) { totalCount }")
REPEATED = {
    "totals": below_itself(30, "totalCount"),
    "pages of nothing": below_itself(40, "nodes { id }"),
    "whether there is more": below_itself(30, "pageInfo { hasNextPage a: hasPreviousPage }"),
    "totals below ids": f'nodes(ids: ["user_1"]) {{ ... on User {{ {TOTALS} }} }}',
    "totals of one list": f"posts(first: 10) {{ nodes {{ comments {{ {aliased(24, 'totalCount')} }} }} }}",
}


@pytest.mark.parametrize("name", REPEATED)
async def test_work_that_the_answer_does_not_show_is_counted(client: httpx.AsyncClient, name: str) -> None:
    (error,) = (await asked(client, f"{{ {aliased(20, REPEATED[name])} }}"))["errors"]
    assert error["extensions"]["limit"] == "rows"
    alone = await asked(client, f"{{ {REPEATED[name]} }}")
    assert "errors" not in alone


async def test_limits_are_settings(sqlite_url: str) -> None:
    with running(sqlite_url, limit_depth=3, limit_rows=10, limit_tokens=50) as server:
        async with httpx.AsyncClient(base_url=server.url) as client:
            for query, limit in (
                ("{ posts { nodes { author { id } } } }", "depth"),
                ("{ posts(first: 11) { totalCount } }", "rows"),
                ("{ " + "__typename " * 50 + "}", "tokens"),
            ):
                (error,) = (await asked(client, query))["errors"]
                assert error["extensions"]["limit"] == limit


@pytest.mark.parametrize("more", ["", "id", "author { id }", "__typename @skip(if: false)"])
async def test_long_chains_of_fragments_are_answered(
    site: Server, client: httpx.AsyncClient, more: str
) -> None:
    query = post("id ...F0", chain(195 if "@" in more else 200, more))
    assert len(query) < 15_000
    answer = await asked(client, query)
    assert answer["data"]["post"]["id"] == "post_1"
    begun = time.perf_counter()
    await asked(client, query.replace("post_1", "post_2"))
    assert time.perf_counter() - begun < SOON


async def test_chains_within_a_list_and_through_inline_fragments(client: httpx.AsyncClient) -> None:
    answer = await asked(client, "{ posts(first: 2) { nodes { ...F0 } } } " + chain(200, "... { slug }"))
    assert len(answer["data"]["posts"]["nodes"]) == 2
    inline = "... on Post { " * 150 + "id" + " }" * 150
    assert (await asked(client, post(inline)))["data"]["post"] == {"id": "post_1"}


@pytest.mark.parametrize(("levels", "copies"), [(30, 2), (60, 2), (100, 3), (240, 8)])
async def test_fragments_that_double_and_double_are_refused_at_once(
    client: httpx.AsyncClient, levels: int, copies: int
) -> None:
    answer = await asked(client, post("...F0", chain(levels, copies=copies)))
    errors = {error["extensions"]["limit"]: error["extensions"] for error in answer["errors"]}
    assert errors["fields"]["asked"] == min(copies**levels + 1, 2**53 - 1)


MANY = 10_000
ENDLESS = {
    "braces": "{a" * MANY + "}" * MANY,
    "inline fragments": "{ " + "... {" * MANY + "__typename" + "}" * MANY + " }",
    "a list": "{ posts(first: " + "[" * MANY + "]" * MANY + ") { totalCount } }",
    "an object": "{ posts(filter: " + "{a: " * MANY + "1" + "}" * MANY + ") { totalCount } }",
    "a type": "query ($a: " + "[" * MANY + "Int" + "]" * MANY + ") { __typename }",
    "fragments": post("...F0", chain(MANY)),
    "a ring of fragments": post(
        "...F0", " ".join(f"fragment F{n} on Post {{ ...F{(n + 1) % 900} }}" for n in range(900))
    ),
    "a ring with spokes": post(
        " ".join(f"...F{n}" for n in range(0, 600, 7)),
        " ".join(f"fragment F{n} on Post {{ ...F{(n + 1) % 600} ...F{n * 7 % 600} }}" for n in range(600)),
    ),
}


@pytest.mark.parametrize("query", ENDLESS.values(), ids=ENDLESS)
async def test_nothing_is_too_deep_to_be_refused(client: httpx.AsyncClient, query: str) -> None:
    answer = await asked(client, query)
    assert "data" not in answer
    assert {error["extensions"]["code"] for error in answer["errors"]} <= {
        "LIMIT_EXCEEDED",
        "GRAPHQL_VALIDATION_FAILED",
    }
