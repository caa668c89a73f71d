"""Each block of docs/proxies.md, run by the real proxy: what a server behind it hears, and what its clients do."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from server.config.environment import load_settings
from tests.clients import pages, scripts
from tests.clients.lives import Lives, alive
from tests.project.proxies import PROXIES, proxied
from tests.project.reading import document

POSTS = "{ posts(first: 20) { nodes { title body } } }"
SIGN_IN = """mutation { signIn(input: {email: "nobody@example.org", password: "no password"}) {
    error { __typename }
} }"""
AT_ONCE = 10.0
"""Seconds in which something has to come; a proxy that held it back would do so until the next keep-alive."""
WEB = [name for name in PROXIES if name != "Vite"]
"""Those that face the world; the development server tells nobody's address."""
COMPRESSING = ("nginx", "Apache", "HAProxy", "Caddy")
PATIENT = ("nginx", "Apache", "Varnish", "lighttpd", "Vite")
"""Those that refuse a websocket while the server is away, after which graphql-ws has to be told to try again."""


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a page elsewhere, which is allowed to call."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "dist").mkdir()
    with pages.hosted(folder) as address:
        yield address


@pytest.fixture(scope="module")
def lives(module_sqlite_url: str, origin: str) -> Iterator[Lives]:
    """One server behind all proxies."""
    limits = {"sign_in_attempts_per_address": 2, "drain_spread": "100ms", "stream_retry": "200ms"}
    with alive(module_sqlite_url, origin, trusted_proxies="127.0.0.1", **limits) as lives:
        yield lives


@pytest.fixture(scope="module", params=PROXIES)
def address(request: pytest.FixtureRequest, lives: Lives) -> Iterator[str]:
    """Of each proxy in turn."""
    with proxied(request.param, lives.server.url) as address:
        yield address


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Of the proxy that the test is about."""
    name: str = request.node.callspec.params["address"]
    return name


@pytest.fixture(scope="module")
def post(lives: Lives) -> str:
    id_: str = lives.ask("{ posts(first: 1) { nodes { id } } }")["posts"]["nodes"][0]["id"]
    return id_


def feed_of(post: str, after: str = "") -> str:
    """The subscription to a post's comments, after a cursor if there is one."""
    arguments = f'post: "{post}", after: "{after}"' if after else f'post: "{post}"'
    return f"subscription {{ commentFeed({arguments}) {{ ... on CommentAdded {{ comment {{ body }} }} }} }}"


@contextmanager
def socket(
    address: str, *, token: str | None = None, origin: str | None = None
) -> Iterator[ClientConnection]:
    """A socket that a page of the public address has opened, unless it is another's."""
    url = f"{address.replace('http', 'ws', 1)}/graphql"
    offered = [Subprotocol("graphql-transport-ws")]
    with connect(url, origin=Origin(origin or address), subprotocols=offered, proxy=None) as opened:
        opened.send(json.dumps({"type": "connection_init", "payload": {"token": token} if token else {}}))
        assert json.loads(opened.recv(AT_ONCE)) == {"type": "connection_ack"}
        yield opened


def closed(opened: ClientConnection) -> int | None:
    """The code that it is closed with, whatever comes before."""
    with suppress(ConnectionClosed):
        while True:
            opened.recv(30)
    return opened.close_code


@pytest.mark.parametrize("encoding", [None, "gzip"])
def test_requests_are_answered_and_what_is_known_is_not_sent_again(
    address: str, name: str, encoding: str | None
) -> None:
    """Though compressing it may have weakened the tag, or changed it."""
    headers = {"accept-encoding": encoding or "identity", "origin": address}
    with httpx.Client(base_url=address, headers=headers, params={"query": POSTS}) as client:
        first = client.get("/graphql")
        assert len(first.json()["data"]["posts"]["nodes"]) == 20
        assert first.headers.get("content-encoding") == (encoding if name in COMPRESSING else None)
        again = client.get("/graphql", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        posted = client.post("/graphql", json={"query": "{ site { title } }"})
        assert posted.json() == {"data": {"site": {"title": "Causerie"}}}


def test_a_large_picture_comes_through(address: str) -> None:
    """To a server that asks who sends it; a proxy that has refused it would say so with another status."""
    headers = {"content-type": "image/png"}
    answer = httpx.post(f"{address}/uploads", content=bytes(8 * 2**20), headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


def test_a_comment_is_heard_on_a_socket(address: str, lives: Lives, post: str) -> None:
    payload = {"query": feed_of(post)}
    with socket(address) as opened:
        opened.send(json.dumps({"type": "subscribe", "id": "1", "payload": payload}))
        opened.send(json.dumps({"type": "ping"}))  # answered when the subscription has begun
        assert json.loads(opened.recv(AT_ONCE)) == {"type": "pong"}
        lives.comment("julien", post, "Through a socket")
        heard = json.loads(opened.recv(AT_ONCE))
    assert heard["payload"]["data"]["commentFeed"]["comment"]["body"] == "Through a socket"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_comment_is_heard_on_a_stream_at_once(address: str, lives: Lives, post: str, method: str) -> None:
    """To a client that would like everything compressed, as browsers do."""
    headers = {"accept": "text/event-stream", "accept-encoding": "gzip, deflate", "origin": address}
    asked: Any = {"params" if method == "GET" else "json": {"query": feed_of(post)}}
    with httpx.stream(method, f"{address}/graphql", headers=headers, timeout=AT_ONCE, **asked) as stream:
        lines, heard = stream.iter_lines(), list[str]()
        assert next(lines).startswith("retry: ")
        lives.comment("julien", post, "Through a stream")
        while not any(line.startswith("data: ") for line in heard):
            line = next(lines, None)
            assert line is not None, f"the stream has ended after {heard}: {lives.server.log[-20:]}"
            heard.append(line)
    assert "Through a stream" in heard[-1]


def test_pages_of_other_sites_stay_outside(address: str) -> None:
    """And those of the public address are let in, as the others here show."""
    for origin in ("https://evil.example", "null", f"{address}0"):
        answer = httpx.post(
            f"{address}/graphql", json={"query": "{ site { title } }"}, headers={"origin": origin}
        )
        assert answer.status_code == 403
        with pytest.raises(InvalidStatus) as refused, socket(address, origin=origin):
            pass
        assert refused.value.response.status_code == 403


def test_a_socket_is_closed_with_the_servers_own_code(address: str, lives: Lives) -> None:
    token = lives.ask(
        "mutation ($input: SignInInput!) { signIn(input: $input) { token } }",
        input={"email": "claire@example.org", "password": "a quiet conversation"},
    )["signIn"]["token"]
    with socket(address, token=token) as opened:
        headers = {"authorization": f"Bearer {token}"}
        httpx.post(f"{address}/graphql", json={"query": "mutation { signOut }"}, headers=headers)
        assert closed(opened) == 4403


@pytest.mark.parametrize("address", WEB, indirect=True)
def test_each_client_is_counted_under_its_own_address(address: str, name: str) -> None:
    """Whatever it says of itself: a few failed sign-ins, and it has to wait, while others need not."""
    number = WEB.index(name)
    outcomes = []
    for client, said in ((2, 1), (2, 2), (2, 3), (3, 2)):
        headers = {"x-forwarded-for": f"192.0.2.{said}", "forwarded": f"for=192.0.2.{said}"}
        transport = httpx.HTTPTransport(local_address=f"127.1.{number}.{client}")
        with httpx.Client(base_url=address, headers=headers, transport=transport) as http:
            answer = http.post("/graphql", json={"query": SIGN_IN}).json()
        outcomes.append(answer["data"]["signIn"]["error"]["__typename"])
    assert outcomes == ["InvalidCredentials"] * 2 + ["TooManyRequests"] + ["InvalidCredentials"]


def test_what_is_silent_is_kept_alive_before_any_proxy_ends_it() -> None:
    """By default: the document's table says when each one would."""
    _, _, table = document("docs/proxies.md").partition("| --- |")
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[1:] if line.startswith("| ")]
    assert set(PROXIES) <= {row[0].split()[0] for row in rows}
    ends = [cell.split()[0] for row in rows for cell in row[-2:]]
    interval = load_settings().websocket_ping_interval
    assert all(end == "never" or float(end) > interval for end in ends), ends


FOLLOW = """([places, query]) => {
    window.heard = {};
    window.lost = [];
    for (const [name, address] of Object.entries(places)) {
        heard[name] = [];
        const source = new EventSource(`${address}/graphql?` + new URLSearchParams({ query }));
        source.onerror = () => source.readyState === EventSource.CLOSED && lost.push(name);
        source.addEventListener("next", ({ data }) => heard[name].push(JSON.parse(data).data.commentFeed.comment.body));
    }
}"""


def test_clients_come_back_when_the_server_was_away(lives: Lives, origin: str, post: str) -> None:
    """A page's EventSource, and the stock clients; each hears everything once."""
    (found,) = lives.ask("query ($id: ID!) { post(by: {id: $id}) { feedCursor } }", id=post).values()
    after = found["feedCursor"]
    with ExitStack() as stack:
        places = {name: stack.enter_context(proxied(name, lives.server.url)) for name in PROXIES}
        page = stack.enter_context(pages.browsed())
        page.goto(origin)
        page.evaluate(FOLLOW, [places, feed_of(post, after)])
        known = [{"name": name, "address": places[name], "patient": name in PATIENT} for name in places]
        script = stack.enter_context(scripts.running("everywhere.js", post, after, json.dumps(known)))
        sockets = [stack.enter_context(socket(address)) for address in places.values()]
        script.until(lambda lines: sum("connected" in line for line in lines) == 2 * len(places))
        lives.comment("julien", post, "Before")
        page.wait_for_function("() => Object.values(heard).every((bodies) => bodies.length)")
        lives.stop()
        assert [closed(each) for each in sockets] == [1012] * len(sockets)
        page.wait_for_timeout(1000)
        lives.start()
        lives.comment("julien", post, "Behind")
        page.wait_for_function(
            "() => lost.length || Object.values(heard).every((bodies) => bodies.length > 1)"
        )
        assert page.evaluate("lost") == []
        assert page.evaluate("heard") == {name: ["Before", "Behind"] for name in places}
        everybody = {f"{name} {way}": ["Before", "Behind"] for name in places for way in ("socket", "stream")}
        script.until(lambda lines: _told(lines) == everybody)


def _told(lines: list[Any]) -> dict[str, list[str]]:
    """What each has heard, or why it has given up."""
    told: dict[str, list[str]] = {}
    for line in lines:
        if "connected" not in line:
            told.setdefault(line["who"], []).append(line.get("body", line.get("gone")))
    return told
