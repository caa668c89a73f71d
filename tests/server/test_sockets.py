"""Websockets on the real server: who may open one, who is signed in on it, and when it is closed."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from tests.server.graphql_client import Socket, sign_in, socket
from tests.server.running import Server, running

WHO = {"query": "{ viewer { username } }"}
WRONG: list[dict[str, Any]] = [
    {"query": "{ site {"},
    {"query": "{ unknown }"},
    {"query": "query A { site { title } }", "operationName": "B"},
    {"query": "query ($id: ID!) { comment(id: $id) { id } }"},
    {"query": "{ posts(first: -1) { totalCount } }"},
    {"query": 1},
    {"query": ""},
    {},
]


async def test_queries_and_mutations_are_answered_on_a_socket(site: Server) -> None:
    async with socket(site) as one:
        assert await one.init() == {"type": "connection_ack"}
        answer = await one.ask(
            {"query": "query ($n: Int) { posts(first: $n) { nodes { title } } }", "variables": {"n": 2}}
        )
        assert len(answer["payload"]["data"]["posts"]["nodes"]) == 2
        answer = await one.ask({"query": "mutation { signOut }"})
        assert answer["payload"] == {"data": {"signOut": False}}


async def test_what_is_wrong_with_an_operation_leaves_its_neighbours_alone(site: Server) -> None:
    async with socket(site) as one:
        await one.init()
        for number, payload in enumerate(WRONG):
            refused = await one.ask(payload, id_=str(number))
            assert (refused["type"], refused["id"]) == ("error", str(number))
            assert refused["payload"][0]["message"]
        assert (await one.ask({"query": "{ site { title } }"}))["type"] == "next"


async def test_an_empty_operation_name_is_none_on_every_way(site: Server, client: httpx.AsyncClient) -> None:
    for query, good in (
        ("query A { site { title } }", True),
        ("query A { x: site { title } } query B { x }", False),
    ):
        members = {"query": query, "operationName": ""}
        posted = (await client.post("/graphql", json=members)).json()
        assert (await client.get("/graphql", params=members)).json() == posted
        async with socket(site) as one:
            await one.init()
            heard = await one.ask(members)
        assert heard["payload"] == (posted if good else posted["errors"])
        assert ("data" in posted) is good


async def test_a_token_signs_a_socket_in(site: Server, client: httpx.AsyncClient) -> None:
    token = await sign_in(client, "claire@example.org")
    who = {"data": {"viewer": {"username": "claire"}}}
    async with socket(site) as one:
        assert await one.init(token=token) == {"type": "connection_ack"}
        assert (await one.ask(WHO))["payload"] == who
    async with socket(site, Authorization=f"Bearer {token}") as one:
        await one.init()
        assert (await one.ask(WHO))["payload"] == who


@pytest.mark.parametrize("token", ["nonsense", 42, "", "x" * 43, {"a": 1}])
async def test_a_bad_token_reads_what_is_public_and_is_told_so(site: Server, token: object) -> None:
    async with socket(site) as one:
        ack = await one.init(token=token)
        assert ack["payload"]["extensions"]["authentication"]["code"].startswith("INVALID_")
        assert (await one.ask(WHO))["payload"]["data"] == {"viewer": None}


async def test_signing_out_closes_the_sockets_of_the_session_alone(
    site: Server, client: httpx.AsyncClient
) -> None:
    ended, kept = [await sign_in(client, "claire@example.org") for _ in range(2)]
    async with socket(site) as one, socket(site) as other:
        await one.init(token=ended)
        await other.init(token=kept)
        headers = {"authorization": f"Bearer {ended}"}
        await client.post("/graphql", json={"query": "mutation { signOut }"}, headers=headers)
        assert await one.closed() == 4403
        assert (await other.ask(WHO))["payload"]["data"]["viewer"]


async def test_another_role_closes_the_sockets_and_holds_when_they_come_back(
    site: Server, client: httpx.AsyncClient
) -> None:
    """Under the same token: nobody goes on hearing what they may no longer see, and nobody signs in again."""
    admin = {"authorization": f"Bearer {await sign_in(client, 'nadia@example.org')}"}
    held = await sign_in(client, "marta@example.org")
    (user,) = (
        (await client.post("/graphql", json={"query": '{ user(by: {username: "marta"}) { id } }'}))
        .json()["data"]
        .values()
    )
    for role in ("MODERATOR", "READER"):
        async with socket(site) as one, socket(site) as other:
            await one.init(token=held)
            await other.init(token=admin["authorization"].removeprefix("Bearer "))
            query = (
                f'mutation {{ setRole(input: {{user: "{user["id"]}", role: {role}}}) {{ user {{ role }} }} }}'
            )
            answer = await client.post("/graphql", json={"query": query}, headers=admin)
            assert answer.json() == {"data": {"setRole": {"user": {"role": role}}}}
            assert await one.closed() == 4403
            assert (await other.ask(WHO))["payload"]["data"]["viewer"]
        async with socket(site) as again:
            await again.init(token=held)
            answer = (await again.ask({"query": "{ viewer { role } }"}))["payload"]
            assert answer == {"data": {"viewer": {"role": role}}}


async def test_a_message_over_the_limit_closes_the_socket(sqlite_site: Server) -> None:
    async with socket(sqlite_site) as one:
        await one.init()
        await one.say(type="ping", payload={"long": "x" * 70_000})
        assert await one.closed() == 1009


async def test_pages_of_other_origins_may_not_open_sockets(sqlite_url: str) -> None:
    with running(sqlite_url, websocket_origins="https://reader.example") as server:
        for origin in ("https://evil.example", "null", "https://reader.example:444"):
            with pytest.raises(InvalidStatus) as answer:
                async with socket(server, Origin=origin):
                    pass
            assert answer.value.response.status_code == 403
        for origin in ("https://reader.example", server.url):
            async with socket(server, Origin=origin) as one:
                assert await one.init() == {"type": "connection_ack"}
    refused = [line["refused"] for line in server.events("socket") if "refused" in line]
    here = server.url.removeprefix("http://")
    assert refused[0] == f"https://evil.example is not in CAUSERIE_WEBSOCKET_ORIGINS, and no page of {here}"
    assert len(refused) == 3


async def test_pages_that_may_use_the_api_may_open_sockets(sqlite_url: str) -> None:
    with running(sqlite_url, cors_origins="https://reader.example http://localhost:*") as server:
        for origin in ("https://reader.example", "http://localhost:5173", "http://localhost"):
            async with socket(server, Origin=origin) as one:
                assert await one.init() == {"type": "connection_ack"}
        for origin in ("https://localhost:5173", "http://localhost.evil.example:5173", "http://localhost:x"):
            with pytest.raises(InvalidStatus):
                async with socket(server, Origin=origin):
                    pass
    refused = [line["refused"] for line in server.events("socket") if "refused" in line]
    assert refused[0].startswith("https://localhost:5173 is not in CAUSERIE_CORS_ORIGINS, and no page of ")


async def test_a_sample_blog_is_open_to_a_front_end_in_the_making(sqlite_url: str) -> None:
    async with httpx.AsyncClient() as client:
        for options, allowed in (((), False), (("--demo",), True)):
            with running(sqlite_url, *options) as server:
                headers = {"origin": "http://localhost:5173", "access-control-request-method": "POST"}
                answer = await client.options(server.graphql, headers=headers)
                assert (answer.status_code == 204) is allowed


async def test_the_settings_of_sockets_reach_them(sqlite_url: str) -> None:
    with running(sqlite_url, websocket_init_timeout="100ms", frame_limit="1KiB") as server:
        async with socket(server) as silent:
            assert await silent.closed() == 4408
        async with socket(server) as one:
            await one.init()
            await one.say(type="ping", payload={"long": "x" * 2000})
            assert await one.closed() == 1009


async def test_there_is_room_for_other_subscriptions_when_some_end(sqlite_url: str) -> None:
    """At once, and not at the next garbage collection."""

    async def follow(one: Socket, id_: str) -> str | None:
        """The code with which the subscription is refused; each has a document of its own."""
        query = f"subscription {{ c{id_}: commentAdded {{ id }} }}"
        await one.say(type="subscribe", id=id_, payload={"query": query})
        heard = await one.ask(WHO, "who")
        if heard["type"] == "next":
            return None
        assert [(await one.hear())["type"] for _ in range(2)] == ["next", "complete"]
        code: str = heard["payload"][0]["extensions"]["code"]
        return code

    with running(sqlite_url, subscription_memory="30KiB") as server:
        async with socket(server) as one, socket(server) as other:
            await one.init()
            await other.init()
            assert await follow(one, "1") is None
            assert await follow(other, "1") is None
            assert await follow(one, "2") == "TOO_MANY_SUBSCRIPTIONS"
            await one.say(type="complete", id="1")
            assert await follow(one, "3") == "TOO_MANY_SUBSCRIPTIONS"
            await other.say(type="complete", id="1")
            assert await follow(other, "4") is None


async def test_a_subscription_ends_with_words_when_its_answers_are_too_much(sqlite_url: str) -> None:
    add = 'mutation ($body: String!) { addComment(input: {post: "post_22", body: $body}) { comment { id } } }'
    with running(sqlite_url, "--demo", answer_limit="8KiB") as server:
        async with httpx.AsyncClient(base_url=server.url) as http, socket(server) as one:
            token = await sign_in(http, "claire@example.org")
            await one.init(token=token)
            for id_, times in (("short", 1), ("long", 90)):
                fields = " ".join(f"b{number}: body" for number in range(times))
                query = f'subscription {{ commentAdded(post: "post_22") {{ {fields} }} }}'
                await one.say(type="subscribe", id=id_, payload={"query": query})
            assert (await one.ask(WHO, "who"))["type"] == "next"
            asked = {"query": add, "variables": {"body": "long " * 20}}
            await http.post("/graphql", json=asked, headers={"authorization": f"Bearer {token}"})
            heard = {message["id"]: message for message in [await one.hear(), await one.hear()]}
            assert heard["short"]["type"] == "next"
            assert heard["long"]["type"] == "error"
            (error,) = heard["long"]["payload"]
            assert error["extensions"]["code"] == "SUBSCRIPTION_TOO_EXPENSIVE"
    assert [line for line in server.log if line["level"] in ("error", "warning")] == []


async def test_a_socket_is_one_line_in_the_log(sqlite_url: str) -> None:
    with running(sqlite_url, "--demo") as server:
        async with httpx.AsyncClient(base_url=server.url) as http:
            token = await sign_in(http, "claire@example.org")
        async with socket(server) as one:
            await one.init(token=token)
    (line,) = server.events("socket")
    assert line["path"] == "/graphql"
    assert isinstance(line["viewer"], int)
    assert token not in json.dumps(server.log)
    assert server.unstructured == []


LONGEST = [
    (
        (
            "mutation ($category: ID!, $body: String!) "
            '{ it: createPost(input: {title: "Long", category: $category, body: $body}) '
            "{ post { body } error { message } } }"
        ),
        100_000,
    ),
    (
        (
            "mutation ($post: ID!, $body: String!) "
            "{ it: addComment(input: {post: $post, body: $body}) { comment { body } error { message } } }"
        ),
        10_000,
    ),
]


@pytest.mark.parametrize(("mutation", "length"), LONGEST, ids=["post", "comment"])
async def test_the_longest_text_fits_however_it_is_written(
    sqlite_site: Server, mutation: str, length: int
) -> None:
    """JSON in ASCII, as many libraries write it, has twelve letters for each of these."""
    text = "\N{GRINNING FACE}" * length
    async with httpx.AsyncClient(base_url=sqlite_site.url, timeout=60) as client, socket(sqlite_site) as one:
        token = await sign_in(client, "nadia@example.org")
        found = await client.post(
            "/graphql", json={"query": "{ posts(first: 1) { nodes { id category { id } } } }"}
        )
        (post,) = found.json()["data"]["posts"]["nodes"]
        variables = {"post": post["id"], "category": post["category"]["id"], "body": text}
        sent = json.dumps({"query": mutation, "variables": variables})
        assert len(sent) > 12 * length
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        responses = [(await client.post("/graphql", content=sent, headers=headers)).json()]
        await one.init(token=token)
        await one.connection.send(f'{{"type":"subscribe","id":"1","payload":{sent}}}')
        responses.append(json.loads(await asyncio.wait_for(one.connection.recv(), 60))["payload"])
    for answer in responses:
        (made,) = [value for value in answer["data"]["it"].values() if value is not None]
        assert made == {"body": text}
