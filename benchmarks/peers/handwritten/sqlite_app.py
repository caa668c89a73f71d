"""The limit: each question is one hand-written statement, run where the request was read. No GraphQL at all.

The statement blocks the event loop, which costs nothing on one core and is the one thing a real server must not do.
"""

import os
import sqlite3

import orjson
from starlette.types import Receive, Scope, Send

from benchmarks.peers import asgi
from benchmarks.peers.handwritten.questions import PARAMETERS, statements

STATEMENTS = statements("sqlite")
_connection = sqlite3.connect(f"file:{os.environ['DATABASE']}?mode=ro", uri=True, isolation_level=None)
_connection.text_factory = bytes  # it is only sent on
_connection.execute("PRAGMA mmap_size = 1073741824")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one question."""
    assert scope["type"] == "http"
    request = orjson.loads(await asgi.read(receive))
    name = request["operationName"]
    parameters = PARAMETERS[name](request["variables"])
    (body,) = _connection.execute(STATEMENTS[name], parameters).fetchone()
    await asgi.answer(send, body)
