"""The limit: a bare ASGI application that runs one statement through sqlite3, where it read the request.

STATEMENT names the file of it; its one parameter is the moment.
"""

import os
import sqlite3
from pathlib import Path

from starlette.types import Receive, Scope, Send

from benchmarks.peers import asgi
from benchmarks.peers.handwritten.questions import now

STATEMENT = Path(os.environ["STATEMENT"]).read_text()
_connection = sqlite3.connect(f"file:{os.environ['DATABASE']}?mode=ro", uri=True, isolation_level=None)
_connection.text_factory = bytes  # it is only sent on
_connection.execute("PRAGMA mmap_size = 1073741824")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer the question."""
    assert scope["type"] == "http"
    await asgi.read(receive)
    (body,) = _connection.execute(STATEMENT, (now(),)).fetchone()
    await asgi.answer(send, body)
