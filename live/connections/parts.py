"""What all connections of a server share.

uvicorn hands each of its protocols the state of the application's lifespan. The application puts one object there,
under one name; protocols that need more than those of this room have a class that extends it.
"""

from dataclasses import dataclass

from live.connections.slow_readers import Peers

PARTS = "causerie.parts"
"""Where the lifespan's state has them."""


@dataclass(frozen=True, slots=True)
class ConnectionParts:
    """What a websocket needs; without `peers` nothing that is unread is counted."""

    peers: Peers | None = None


NO_PARTS = ConnectionParts()
