"""The messages of graphql-transport-ws, from text and to text.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md: a message that is not in the protocol closes the
socket. What is inside an operation's payload concerns that operation alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from live.protocol.encoding import decoded, encoded

LONGEST_ID = 256
Errors = Sequence[dict[str, Any]]


class InvalidMessage(Exception):
    """A message that the protocol does not know; `str()` is the reason for the client."""


@dataclass(frozen=True, slots=True)
class Init:
    """connection_init."""

    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ping:
    """Wants a pong with the same payload."""

    payload: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Pong:
    """Says that the client lives."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Starts an operation."""

    id: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Complete:
    """Ends an operation."""

    id: str


Message = Init | Ping | Pong | Subscribe | Complete


def parse(text: str | None) -> Message:
    """Read a message; None is a binary one, which there are none of.

    Raises:
        InvalidMessage: it is not in the protocol.
    """
    if text is None:
        raise InvalidMessage("Messages are text frames")
    try:
        message = decoded(text)
    except ValueError:
        raise InvalidMessage("The message is not valid JSON") from None
    if not isinstance(message, dict):
        raise InvalidMessage("The message is not a JSON object")
    match message.get("type"):
        case "connection_init":
            return Init(_payload(message) or {})
        case "ping":
            return Ping(_payload(message))
        case "pong":
            _payload(message)
            return Pong()
        case "subscribe":
            return Subscribe(_id(message), _required_payload(message))
        case "complete":
            return Complete(_id(message))
        case str() as unknown:
            raise InvalidMessage(f"Clients send no message of type {unknown[:40]!r}")
        case _:
            raise InvalidMessage("The message has no type")


def _id(message: dict[str, Any]) -> str:
    id_ = message.get("id")
    if not isinstance(id_, str) or not id_:
        raise InvalidMessage("The message's id is not a non-empty string")
    if len(id_) > LONGEST_ID:
        raise InvalidMessage(f"The message's id is longer than {LONGEST_ID} characters")
    return id_


def _payload(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise InvalidMessage("The message's payload is not an object")
    return payload


def _required_payload(message: dict[str, Any]) -> dict[str, Any]:
    payload = _payload(message)
    if payload is None:
        raise InvalidMessage("The message has no payload")
    return payload


PING = '{"type":"ping"}'


def ack(extensions: dict[str, Any]) -> str:
    """connection_ack; extensions, when there are some, are its payload's as they would be an answer's."""
    return encoded(
        {"type": "connection_ack"} | ({"payload": {"extensions": extensions}} if extensions else {})
    )


def pong(payload: dict[str, Any] | None) -> str:
    """The answer to a ping."""
    return encoded({"type": "pong"} | ({} if payload is None else {"payload": payload}))


def next_head(id_: str) -> str:
    """A next message up to its payload, which is followed by nothing but `}`."""
    return f'{{"id":{encoded(id_)},"type":"next","payload":'


def error(id_: str, errors: Errors) -> str:
    """The operation has failed."""
    return encoded({"id": id_, "type": "error", "payload": errors})


def complete(id_: str) -> str:
    """The operation has ended."""
    return encoded({"id": id_, "type": "complete"})
