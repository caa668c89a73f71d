"""What a connection may do before a request is one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestPolicy:
    """Numbers of what comes before a request is one. Times are in seconds.

    - `head_limit`: bytes of a head, and of what stands between and behind the pieces of a body.
    - `request_timeout`: how soon a head that has begun must be whole; for a connection, how soon it must begin.
    - `keep_alive`: how long a connection may be idle between two requests.
    - `per_address`: connections that wait, of one address.
    """

    head_limit: int = 64 * 1024
    request_timeout: float = 30.0
    keep_alive: float = 75.0
    per_address: int = 200
