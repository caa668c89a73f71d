"""What all connections share, which speak HTTP at first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from live.connections.parts import PARTS, ConnectionParts
from server.http.fast_path import FastPath
from server.http.kept_answers import KeptAnswers
from server.protocol.idle_connections import IdleConnections


@dataclass(frozen=True, slots=True)
class ProtocolParts(ConnectionParts):
    """What requests need before they are some; without a fast path all are served by the application."""

    fast_path: FastPath | None = None
    kept_answers: Sequence[KeptAnswers] = ()
    idle_connections: IdleConnections = field(default_factory=IdleConnections)


_NO_PARTS = ProtocolParts()


def parts_of(state: Mapping[str, Any]) -> ProtocolParts:
    """Those that the application's lifespan has opened; a server without one has none."""
    parts: ProtocolParts = state.get(PARTS, _NO_PARTS)
    return parts
