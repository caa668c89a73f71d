"""Why the server closes a websocket.

The 44xx up to 4429 are those of the protocol; 443x are ours, in the range that clients such as graphql-ws retry.
"""

from enum import IntEnum


class CloseCode(IntEnum):
    """The close codes, and what each tells the client."""

    NOT_UTF8 = 1007
    """A message that is no text in UTF-8; the websocket's own library closes with it."""
    MESSAGE_TOO_BIG = 1009
    """A message that is larger than this client may send; the websocket's own library closes with it."""
    SERVICE_RESTART = 1012
    """The server is going down: connect again."""
    TRY_AGAIN_LATER = 1013
    """Something that the server needs is away for the moment, or too much is under way."""
    BAD_REQUEST = 4400
    """A message that is not in the protocol; the reason says what is wrong with it."""
    UNAUTHORIZED = 4401
    """An operation before connection_ack."""
    FORBIDDEN = 4403
    """The session of this socket was signed out, has expired or was revoked, or goes on with another role."""
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    """The client does not speak graphql-transport-ws."""
    INITIALISATION_TIMEOUT = 4408
    """No connection_init came in time."""
    SUBSCRIBER_EXISTS = 4409
    """The id belongs to an operation that has not ended."""
    TOO_MANY_INITIALISATIONS = 4429
    """A second connection_init."""
    TOO_MANY_FRAMES = 4430
    """The client sends more messages a second than it may."""
    NOTHING_READ = 4431
    """The client has read nothing for too long."""
    NO_PONG = 4432
    """The client did not answer a ping."""
    TOO_MANY_CONNECTIONS = 4433
    """The client's address has as many live connections as it may, or all have together. Retried: others may leave,
    and clients wait longer each time."""
    INTERNAL_ERROR = 4500
    """A fault of the server before the connection was acknowledged."""
