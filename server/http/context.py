"""What resolvers know about the request they are part of."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Scope

from auth.throttle import address_key
from auth.viewer import Viewer
from resolvers.policy import Policy
from server.http.authentication import Identity, identify
from server.http.request_log import trace_of
from storage import caller


@dataclass(slots=True)
class Context:
    """One for each request, and for each operation on a socket. `extensions` goes into the answer."""

    viewer: Viewer
    session_id: int | None
    address: str | None
    policy: Policy
    request_id: str
    extensions: dict[str, Any] = field(default_factory=dict)


def client_network(scope: Scope) -> str | None:
    """Where a request comes from, as clients are counted: an address, or the network that one customer has."""
    client = scope.get("client")
    return address_key(client[0]) if client else None


Contexts = Callable[[Scope, Mapping[bytes, bytes]], Awaitable[Context]]


def contexts(policy: Policy) -> Contexts:
    """How a request's context is made from its scope and its headers by name."""
    lifetime = policy.auth.sessions

    async def make(scope: Scope, headers: Mapping[bytes, bytes]) -> Context:
        charge_database_to(scope)
        identity = await identify(lifetime, headers.get(b"authorization"))
        return context_of(identity, scope, policy)

    return make


def charge_database_to(scope: Scope) -> None:
    """From here on, what this task asks of the database it asks for this client."""
    client = scope.get("client")
    caller.set(address_key(client[0]) if client else "")


def context_of(identity: Identity, scope: Scope, policy: Policy) -> Context:
    """The context of a request by somebody who is already known."""
    trace = trace_of(scope)
    trace.viewer = identity.viewer.id
    client = scope.get("client")
    return Context(
        viewer=identity.viewer,
        session_id=identity.session_id,
        address=client[0] if client else None,
        policy=policy,
        request_id=trace.request_id,
        extensions=dict(identity.extensions),
    )
