"""What a mutation needs to know about its request."""

from typing import Protocol

import strawberry

from auth.viewer import Viewer
from resolvers.policy import Policy


class Context(Protocol):
    """The part of the server's request context that this room knows.

    `viewer` and `session_id` are replaced when a mutation signs in or out: what it answers, and the fields
    after it, are seen by whoever is signed in then.
    """

    viewer: Viewer
    session_id: int | None
    address: str | None
    """The client's IP address, if it has one."""
    policy: Policy


Info = strawberry.Info[Context, None]
