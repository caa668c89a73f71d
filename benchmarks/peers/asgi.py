"""What the bare ASGI applications share: a request's body in, JSON bytes out, nothing else."""

from starlette.types import Receive, Send


async def read(receive: Receive) -> bytes:
    """The request's body."""
    message = await receive()
    if not message.get("more_body"):
        return bytes(message["body"])
    body = bytearray(message["body"])
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return bytes(body)


async def answer(send: Send, body: bytes) -> None:
    """200 with these bytes."""
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
