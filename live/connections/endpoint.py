"""What live connections need from the owner of the schema and the accounts: `server.http.live_operations`."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol

from live.feed.subscriptions import Render, Viewer
from live.feed.topic import Topic
from live.protocol.transport_ws import Errors

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Client(Protocol):
    """Who is at the other end. `extensions` say why a token was of no use: connection_ack has them."""

    @property
    def viewer(self) -> Viewer:
        """The account."""

    @property
    def session_id(self) -> int | None:
        """The session that the client signed in with."""

    @property
    def extensions(self) -> dict[str, Any]:
        """What the client should know of its authentication."""


class OperationRejected(Exception):
    """The operation cannot be run; `errors` as in section 7.1.2 of the GraphQL specification."""

    def __init__(self, errors: Errors) -> None:
        super().__init__("; ".join(str(each.get("message")) for each in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Source:
    """A subscription that may begin: what it listens to and how its events become texts.

    Two of one topic with equal `selection`, for viewers of one class, render the same text for the same event.
    `client` is to whom its rendering is charged, `rows` how many a text is made of at most.
    """

    topic: Topic
    selection: Hashable
    render: Render
    client: Hashable = None
    rows: int = 0


Started = Awaitable[str] | Source
"""An operation under way: the JSON text of its answer to come, or a subscription."""
Start = Callable[[], Awaitable[Started]]
"""Prepares an operation, as `Endpoint.start` does."""


class Endpoint(Protocol):
    """Runs the operations of connections; `scope` is that of the request that opened one."""

    async def authenticate(self, params: Mapping[str, Any], scope: Scope) -> Any:
        """The Client that connects with these parameters. A bad token makes it an anonymous one."""

    async def start(self, payload: dict[str, Any], client: Any, scope: Scope) -> Started:
        """Prepare the operation that a socket's payload asks for, with a context of its own.

        Of a query or a mutation the result is awaited. Either step may raise OperationRejected.
        """

    def describe(self, error: Exception, scope: Scope) -> dict[str, Any]:
        """What the client may know of an unexpected error, which has been logged when this returns."""
