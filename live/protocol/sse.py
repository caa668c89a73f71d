"""The text of event streams: messages of graphql-sse, in the format that browsers' EventSource reads.

https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md ("distinct connections") over
https://html.spec.whatwg.org/multipage/server-sent-events.html. A message's `id` is what an EventSource sends back as
`Last-Event-ID` when it connects again.
"""

from live.protocol.encoding import encoded
from live.protocol.transport_ws import Errors

HEARTBEAT = ":\n\n"
"""A comment that says nothing: it keeps whatever is on the way from thinking that the connection is idle."""
COMPLETE = "event: complete\ndata: \n\n"
"""The operation has ended. Without data, EventSource would not tell its listeners."""


def next_message(text: str, cursor: str | None = None) -> str:
    """An answer; databases may break the lines of its JSON."""
    place = "" if cursor is None else f"id: {cursor}\n"
    data = text.replace("\n", "\ndata: ")
    return f"event: next\n{place}data: {data}\n\n"


def failed(errors: Errors) -> str:
    """The answer of an operation that was refused, or that cannot go on."""
    return next_message(encoded({"errors": errors}))


def comment(text: str) -> str:
    """Something for people who look."""
    return f": {text}\n\n"


def place(cursor: str) -> str:
    """Where a client stands that has not had an event yet."""
    return f"id: {cursor}\n\n"


def retry(seconds: float) -> str:
    """How long to wait before connecting again."""
    return f"retry: {round(seconds * 1000)}\n\n"
