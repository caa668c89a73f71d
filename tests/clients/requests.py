"""What happens on the site while clients look on."""

from typing import Any

import httpx

from tests.server.graphql_client import DEMO
from tests.server.running import Server

SIGN_IN = """
mutation ($email: String!, $password: String!) {
  signIn(input: {email: $email, password: $password}) { token }
}
"""


def ask(server: Server, query: str, token: str | None = None, **variables: Any) -> Any:
    """The data of an answer without errors."""
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    response = httpx.post(server.graphql, json={"query": query, "variables": variables}, headers=headers)
    answer = response.json()
    assert "errors" not in answer
    return answer["data"]


def sign_in(server: Server, username: str) -> str:
    """The token of somebody of the sample blog."""
    data = ask(server, SIGN_IN, email=f"{username}@example.org", password=DEMO)
    token: str = data["signIn"]["token"]
    return token


def newest_post(server: Server) -> str:
    id_: str = ask(server, "{ posts(first: 1) { nodes { id } } }")["posts"]["nodes"][0]["id"]
    return id_


def comment(server: Server, token: str, post: str, body: str) -> str:
    """The new comment's id."""
    query = """
        mutation ($input: AddCommentInput!) { addComment(input: $input) { comment { id } } }
    """
    id_: str = ask(server, query, token, input={"post": post, "body": body})["addComment"]["comment"]["id"]
    return id_
