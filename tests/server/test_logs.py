"""Logs: a line for each request, every bug once, and no secret."""

import io
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
import structlog

from linkbacks.forms import UnreadableFormError, read_form
from server.logs import start_logging
from tests.server.graphql_client import DEMO, sign_in
from tests.server.running import Server, running
from tests.server.tiny import client_of, tiny_app

Lines = list[dict[str, object]]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What this process logs, as JSON."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    output = io.StringIO()
    start_logging("json", "debug", output)
    yield output
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> Lines:
    """What was logged, but for what the tests' own client logs."""
    logged = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in logged if line.get("logger") != "httpx"]


async def test_a_request_is_one_line(stream: io.StringIO) -> None:
    async with client_of(tiny_app()) as client:
        response = await client.post("/graphql?a=1", json={"query": "query Greet { hello }"})
    (line,) = lines(stream)
    assert line["event"] == "request"
    assert (line["method"], line["path"], line["status"]) == ("POST", "/graphql", 200)
    assert (line["operation"], line["viewer"]) == ("Greet", None)
    assert line["request_id"] == response.headers["x-request-id"]
    assert isinstance(line["ms"], float)
    assert {"level", "timestamp"} <= set(line)


@pytest.mark.parametrize(
    ("headers", "page"),
    [
        ({"origin": "http://localhost:5173"}, "http://localhost:5173"),
        ({"origin": "x" * 5000}, "x" * 200),
        ({"sec-fetch-site": "cross-site"}, "a page of another site"),
    ],
)
async def test_a_page_that_was_refused_is_named(
    stream: io.StringIO, headers: dict[str, str], page: str
) -> None:
    asked = headers | {"access-control-request-method": "POST"}
    async with client_of(tiny_app()) as client:
        await client.post("/graphql", json={"query": "{ hello }"}, headers=headers)
        await client.options("/graphql", headers=asked)
        await client.post("/graphql", json={"query": "{ hello }"})
    *refused, served = lines(stream)
    words = f"{page} is not in CAUSERIE_CORS_ORIGINS, and no page of blog.example"
    assert [line["refused"] for line in refused] == [words] * 2
    assert "refused" not in served


async def test_a_bug_is_logged_once_with_its_traceback(stream: io.StringIO) -> None:
    async with client_of(tiny_app()) as client:
        response = await client.post("/graphql", json={"query": "{ bug }"})
    (bug,) = [line for line in lines(stream) if line["event"] == "bug"]
    assert bug["request_id"] == response.headers["x-request-id"]
    assert "RuntimeError: a detail that nobody outside may see" in str(bug["exception"])
    assert "tiny.py" in str(bug["exception"])


async def test_what_clients_do_wrong_is_no_error_of_ours(stream: io.StringIO) -> None:
    async with client_of(tiny_app()) as client:
        await client.post("/graphql", json={"query": "{ hello"})
        await client.post("/graphql", json={"query": "{ unknown }"})
        await client.post("/graphql", content=b"\xff", headers={"content-type": "application/json"})
    assert [(line["event"], line["level"]) for line in lines(stream)] == [("request", "info")] * 3


async def test_a_long_name_cannot_swell_the_log(stream: io.StringIO) -> None:
    async with client_of(tiny_app()) as client:
        await client.post("/graphql", json={"query": f"query {'A' * 5000} {{ hello }}"})
    (line,) = lines(stream)
    assert len(str(line["operation"])) == 200


def test_the_lines_of_libraries_go_the_same_way(stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("the %s is low", "battery")
    (line,) = lines(stream)
    assert (line["event"], line["level"], line["logger"]) == ("the battery is low", "warning", "some.library")


def test_libraries_that_would_log_statements_are_quiet(stream: io.StringIO) -> None:
    for name in ("tortoise", "websockets.server", "asyncpg", "uvicorn.error"):
        logging.getLogger(name).debug("SELECT %s", "a secret")
    assert lines(stream) == []


def test_on_a_terminal_logs_are_for_people() -> None:
    output = io.StringIO()
    start_logging("pretty", "info", output)
    try:
        structlog.get_logger("causerie").info("serving", url="http://127.0.0.1")
        assert "serving" in output.getvalue()
        assert "{" not in output.getvalue()
    finally:
        structlog.reset_defaults()


def test_a_terminal_is_told_control_characters_and_does_not_obey_them() -> None:
    output = io.StringIO()
    start_logging("pretty", "info", output)
    log = structlog.get_logger("causerie")
    try:
        log.info("request", path="/a\x1b[2J\x9b\x07b", operation="\u202egpj")
        log.error("a bug\r", exc_info=ValueError("of\x1b[31m red"))
        told = output.getvalue()
    finally:
        structlog.reset_defaults()
    assert r"/a\x1b[2J\x9b\x07b" in told
    assert r"of\x1b[31m red" in told
    assert r"\u202egpj" in told
    assert r"a bug\r" in told
    assert all(each.isprintable() or each == "\n" for each in told)


async def test_no_secret_ever_reaches_the_log(sqlite_url: str) -> None:
    secrets = [DEMO, "a-wrong-password", "x-secret-cookie", "secret-variable", "secret-in-the-address"]
    with running(sqlite_url, "--demo", log_level="debug", argon2_memory="1MiB", argon2_passes=1) as server:
        secrets.append(await _use_every_secret(server))
    logged = json.dumps(server.log) + "".join(server.unstructured)
    assert len(server.events("request")) >= 5
    assert server.unstructured == []
    assert [secret for secret in secrets if secret in logged] == []


def test_what_a_stranger_has_sent_wrongly_is_no_error_of_the_log(stream: io.StringIO) -> None:
    with pytest.raises(UnreadableFormError):
        read_form(b"multipart/form-data", b"x")
    with pytest.raises(UnreadableFormError):
        read_form(b"multipart/form-data; boundary=a", b"x")
    assert lines(stream) == []


async def _use_every_secret(server: Server) -> str:
    """Sign in, rightly and wrongly, and read and write; returns the token."""
    async with httpx.AsyncClient(base_url=server.url) as client:
        token = await sign_in(client, "nadia@example.org")
        headers = {"authorization": f"Bearer {token}", "cookie": "session=x-secret-cookie"}
        wrong = 'mutation { signIn(input: {email: "nadia@example.org", password: "a-wrong-password"}) { __typename } }'
        await client.post("/graphql", json={"query": wrong}, headers=headers)
        variables = {"id": "secret-variable"}
        query = "query ($id: ID!) { comment(id: $id) { body } }"
        await client.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        await client.get("/graphql", params={"query": query, "variables": '{"id": "secret-in-the-address"}'})
        await client.post("/graphql", json={"query": "{ viewer { email } }"}, headers=headers)
        await client.post("/graphql", json={"query": query, "variables": {"id": {"a": "secret-variable"}}})
    return token
