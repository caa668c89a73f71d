"""What can go wrong in the compiler.

ContractError     a declaration or a resolver breaks the compiler's rules: a bug in the application, loud
RequestError      the request is refused before anything ran: shown to the client, no "data" in the answer
BadArgument       one argument has a value that its type allows and its field does not
"""

from collections.abc import Awaitable, Callable
from typing import Any

from graphql import GraphQLError

LONGEST_MESSAGE = 2_000
"""Of a refusal's message: what it quotes may be as long as the request."""

Describe = Callable[[BaseException, Any], dict[str, Any]]
"""What a client may know of an exception: (exception, context) → {"message": …, "extensions": …}."""

RunInThread = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Does long work where it holds up nobody else: (work) → what it returns; raises RequestError if it cannot."""


class ContractError(Exception):
    """A declaration or a resolver breaks the compiler's rules. Never shown to clients."""


class RequestError(Exception):
    """The request cannot be executed. `errors` are formatted as the specification's section 7.1.2 says."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__("; ".join(str(error.get("message")) for error in errors))
        self.errors = errors

    @classmethod
    def of(cls, *errors: GraphQLError, code: str) -> "RequestError":
        """A refusal for these errors, each with `extensions.code` set to `code` unless it has one."""
        formatted = []
        for error in errors:
            entry: dict[str, Any] = dict(error.formatted)
            entry["message"] = _sendable(error.message)
            entry["extensions"] = {"code": code, **entry.get("extensions", {})}
            formatted.append(entry)
        return cls(formatted)


def _sendable(message: str) -> str:
    """The message without half surrogate pairs, which it may quote, and no longer than anybody reads."""
    if len(message) > LONGEST_MESSAGE:
        message = f"{message[:LONGEST_MESSAGE]}…"
    return message.encode(errors="replace").decode()


class BadArgument(GraphQLError):
    """An argument's value cannot be used; `nodes` point to the field in the document."""

    def __init__(self, message: str, node: Any = None) -> None:
        super().__init__(message, node, extensions={"code": "BAD_USER_INPUT"})
