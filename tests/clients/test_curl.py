"""curl, as in anybody's first try."""

import json
import subprocess
from typing import Any

from tests.server.running import Server
from tests.tools import find

TITLES = "{ posts(first: 2) { nodes { title } } }"


def curl(*arguments: str) -> str:
    command = [
        str(find("curl")),
        "--silent",
        "--show-error",
        "--fail-with-body",
        "--max-time",
        "10",
        *arguments,
    ]
    output: str = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return output


def titles(answer: str) -> list[Any]:
    return [post["title"] for post in json.loads(answer)["data"]["posts"]["nodes"]]


def test_a_query_in_a_body_and_in_an_address(site: Server) -> None:
    body = json.dumps({"query": TITLES})
    posted = curl(site.graphql, "--json", body)
    assert len(titles(posted)) == 2
    assert curl(site.graphql, "--get", "--data-urlencode", f"query={TITLES}") == posted
    assert curl(site.graphql, "--compressed", "--json", body) == posted
    assert curl(site.graphql, "--http2", "--json", body) == posted  # asks to go on in HTTP/2, as Java does


def test_variables_and_a_token(site: Server) -> None:
    query = "mutation($i: SignInInput!) { signIn(input: $i) { token } }"
    given = {"i": {"email": "nadia@example.org", "password": "a quiet conversation"}}
    answer = curl(site.graphql, "--json", json.dumps({"query": query, "variables": given}))
    token = json.loads(answer)["data"]["signIn"]["token"]
    viewer = curl(
        site.graphql, "--oauth2-bearer", token, "--json", json.dumps({"query": "{ viewer { email } }"})
    )
    assert json.loads(viewer) == {"data": {"viewer": {"email": "nadia@example.org"}}}


def test_what_is_sent_as_a_form_is_refused_with_the_reason(site: Server) -> None:
    """The first mistake that everybody makes: curl's --data is a form unless told otherwise."""
    answer = subprocess.run(
        [
            find("curl"),
            "--silent",
            "--write-out",
            "%{http_code}",
            site.graphql,
            "--data",
            json.dumps({"query": TITLES}),
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert answer.endswith("415")
    assert "application/json" in answer
