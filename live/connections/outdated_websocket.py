"""A websocket of the protocol before: graphql-ws, as the npm package subscriptions-transport-ws speaks it.

Nobody can be served on it, but clients show its `connection_error` to people, while of a socket that just closes most
of them tell nothing at all.
"""

import logging
from typing import Any

from live.connections.connection import Connection
from live.connections.endpoint import Receive
from live.protocol.close_codes import CloseCode
from live.protocol.encoding import encoded

OLD_SUBPROTOCOL = "graphql-ws"
REASON = "Speak graphql-transport-ws"
MESSAGE = (
    "This server speaks graphql-transport-ws, and not graphql-ws, the protocol of subscriptions-transport-ws. "
    "Choose it in the settings of your client, or use one such as the npm package graphql-ws."
)
_ERROR = encoded({"type": "connection_error", "payload": {"message": MESSAGE}})

logger = logging.getLogger(__name__)


class OutdatedWebSocket(Connection):
    """A websocket that has been accepted, to be told why it is of no use."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._patience = self._loop.call_later(self._policy.init_timeout, self._refuse)
        logger.warning("A client speaks only the old sub-protocol %s: it is told so.", OLD_SUBPROTOCOL)

    async def serve(self, receive: Receive) -> None:
        """Answer its first message, whatever that is, and close the socket."""
        try:
            if (await receive())["type"] != "websocket.disconnect":
                self._send_queue.push(_ERROR)
                self._refuse()
        finally:
            self._patience.cancel()
            self._stop()
        await self._send_queue.wait_flushed()

    def _refuse(self) -> None:
        self.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, REASON)

    def _keep_alive(self, now: float) -> None:
        """It does not stay open for long."""
