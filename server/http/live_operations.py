"""What live connections ask of the schema and the accounts: the server's `live.connections.endpoint.Endpoint`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from auth.viewer import now
from compiler import Engine, Operation, Request, RequestError, RunInThread
from live import OperationRejected, Source
from live.connections.endpoint import Scope
from live.feed.events import FeedEvent
from resolvers.policy import Policy
from server.http.authentication import Identity, identify, identify_token, no_token
from server.http.compute_throttle import ComputeThrottle
from server.http.context import Context, charge_database_to, client_network, context_of
from server.http.error_formatting import format_error
from server.http.payload import request_from_payload
from server.http.request_log import trace_of
from server.http.request_memory import RequestMemory, take_document
from storage.reservation import promise_answer, release_reservation


class LiveOperations:
    """Runs the operations of sockets and streams, each and each event with a context of its own."""

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        run_in_thread: RunInThread,
        request_memory: RequestMemory | None = None,
        compute_throttle: ComputeThrottle | None = None,
    ) -> None:
        self._engine = engine
        self._run_in_thread = run_in_thread
        self._policy = policy
        self._request_memory = request_memory or RequestMemory()
        self._compute_throttle = compute_throttle or ComputeThrottle()

    async def authenticate(self, params: Mapping[str, Any], scope: Scope) -> Identity:
        """Who connects: by `connectionParams.token`, or else by the Authorization header of the request."""
        charge_database_to(scope)
        identity = await self._identify(params, scope)
        trace_of(scope).viewer = identity.viewer.id
        return identity

    async def _identify(self, params: Mapping[str, Any], scope: Scope) -> Identity:
        token, lifetime = params.get("token"), self._policy.auth.sessions
        if token is None:
            return await identify(lifetime, dict(scope["headers"]).get(b"authorization"))
        if not isinstance(token, str):
            return no_token("The connection parameter token must be a string.")
        return await identify_token(lifetime, token)

    async def start(self, payload: dict[str, Any], client: Any, scope: Scope) -> Awaitable[str] | Source:
        """Prepare the operation that a socket's payload asks for."""
        return await self.start_request(request_from_payload(payload), client, scope)

    async def start_request(self, request: Request, client: Any, scope: Scope) -> Awaitable[str] | Source:
        """Prepare an operation: a subscription as a Source, anything else as its answer to come.

        Called in the operation's own task, which from then on asks the database for this client.
        """
        try:
            return await self._compute_throttle.do(
                client_network(scope), lambda: self._start(request, client, scope)
            )
        except RequestError as error:
            raise OperationRejected(error.errors) from None

    async def _start(self, request: Request, client: Any, scope: Scope) -> Awaitable[str] | Source:
        charge_database_to(scope)
        make, network = self._contexts(client, scope), client_network(scope)
        operation = await self.prepare(request, scope)
        if operation.kind == "subscription":
            await self._engine.prepare_to_subscribe(operation, self._run_in_thread)
            source = self._subscribe(operation, request.variables, make, network)
            release_reservation()
            return source
        context = make()
        return self._compute_throttle.measured(
            network, lambda: self._answer(operation, request.variables, context)
        )

    async def prepare(self, request: Request, scope: Scope) -> Operation:
        """The operation of the request; raises RequestError."""
        operation = await self._engine.prepare_in_thread(request, self._run_in_thread)
        trace_of(scope).operation = operation.name
        take_document(operation)
        return operation

    def describe(self, error: Exception, scope: Scope) -> dict[str, Any]:
        """What the client may know of an unexpected error, which is logged."""
        return format_error(error, trace_of(scope))

    def _contexts(self, client: Identity, scope: Scope) -> Callable[[], Context]:
        # On a socket, connection_ack has said it already.
        extensions = client.extensions if scope["type"] == "http" else {}

        def make() -> Context:
            identity = replace(client, viewer=replace(client.viewer, now=now()), extensions=extensions)
            return context_of(identity, scope, self._policy)

        return make

    def _subscribe(
        self,
        operation: Operation,
        variables: dict[str, Any] | None,
        make: Callable[[], Context],
        client: str | None,
    ) -> Source:
        subscription = self._engine.subscribe(operation, variables, make(), client)

        async def render(event: FeedEvent) -> str | None:
            with self._request_memory.by_server():  # one answer for all who share it
                return await subscription.render(event, make())

        return Source(subscription.topic, subscription.key, render, client, subscription.rows)

    async def _answer(self, operation: Operation, variables: dict[str, Any] | None, context: Context) -> str:
        if operation.kind == "mutation":
            promise_answer()
        try:
            answer = await self._engine.execute(operation, variables, context)
        except RequestError as error:
            raise OperationRejected(error.errors) from None
        return answer.body.decode()
