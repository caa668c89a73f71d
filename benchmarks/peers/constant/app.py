"""What the web server itself costs: each address answers with the same bytes, unread, unasked."""

import os
from pathlib import Path

from starlette.types import Receive, Scope, Send

from benchmarks.peers import asgi

_answers = {f"/{path.stem}": path.read_bytes() for path in Path(os.environ["ANSWERS"]).glob("*.json")}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the bytes of this address."""
    assert scope["type"] == "http"
    await asgi.read(receive)
    await asgi.answer(send, _answers[scope["path"]])
