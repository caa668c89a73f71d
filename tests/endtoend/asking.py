"""Asking the server over HTTP, as any program would."""

from typing import Any, Self

import httpx

OUTCOME = "{ __typename error { __typename message } }"


class Client:
    """Sends operations, each with the token that is given for it."""

    def __init__(self, url: str) -> None:
        self.http = httpx.AsyncClient(
            base_url=url, timeout=30, verify=False
        )  # reading certificates takes 60 ms

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.http.aclose()

    async def post(
        self, query: str, variables: dict[str, Any] | None = None, token: str | None = None
    ) -> httpx.Response:
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        body = {"query": query, "variables": variables}
        return await self.http.post("/graphql", json=body, headers=headers)

    async def ask(self, query: str, variables: dict[str, Any] | None = None, token: str | None = None) -> Any:
        """The whole answer."""
        return (await self.post(query, variables, token)).json()

    async def do(self, mutation: str, given: str | dict[str, Any], token: str | None = None) -> Any:
        """What became of a mutation, given an id or an input; the whole answer, an error in its payload's place."""
        answer = await self.ask(document(mutation, given), {"given": given}, token)
        payload = (answer.get("data") or {}).get("outcome")
        if payload is not None:
            answer["data"]["outcome"] = payload["error"] or {"__typename": payload["__typename"]}
        return answer


def document(mutation: str, given: str | dict[str, Any]) -> str:
    """The document that hands `$given` to a mutation and asks what became of it."""
    argument, type_ = ("id", "ID") if isinstance(given, str) else ("input", f"{capitalised(mutation)}Input")
    return f"mutation ($given: {type_}!) {{ outcome: {mutation}({argument}: $given) {OUTCOME} }}"


def capitalised(name: str) -> str:
    return name[0].upper() + name[1:]
