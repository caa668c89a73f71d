"""Whoever writes: requests over one connection that stays open, cheap enough to be timed beside the listeners."""

import asyncio


class WriterError(Exception):
    """A request had no success."""


class Writer:
    """Sends requests to /graphql, one after the other."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._port = port
        bearer = "" if token is None else f"Authorization: Bearer {token}\r\n"
        self._head = (
            f"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n{bearer}"
        )
        self._turn = asyncio.Lock()

        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()

    async def post(self, body: bytes) -> bytes:
        """The answer.

        Raises:
            WriterError: it was no success.
        """
        async with self._turn:
            reader, writer = await self._connection()
            writer.write(f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            _, _, length = head.partition(b"content-length:")
            answer = await reader.readexactly(int(length.split(b"\r\n", 1)[0])) if length else b""
        if not head.startswith(b"http/1.1 20") or b'"errors"' in answer:
            raise WriterError(f"{head.splitlines()[0].decode()} {answer[:300].decode()}")
        return answer

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection, made again when the server has closed it meanwhile."""
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self._streams
