"""Pictures for browsers: what is under a name never changes, so caches may keep it for ever and never ask again."""

import structlog
from starlette.types import Receive, Scope, Send

from media.errors import StoreUnavailable
from media.names import MEDIA_TYPE, digest_of
from media.store import MediaStore, StoredFile
from server.http.body import headers_of
from server.http.entity_tags import is_known
from server.http.http_error import HTTPError
from server.http.media import TEXT
from server.http.request_log import trace_of
from server.http.responses import NOT_MODIFIED, respond

PATH = "/media/"
METHODS = b"GET, HEAD"
ALWAYS = [
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-content-type-options", b"nosniff"),
]
logger = structlog.stdlib.get_logger("causerie")


def is_picture(path: str) -> bool:
    """Whether the path is one that a picture of ours may have; a former site may have had others there."""
    return path.startswith(PATH) and digest_of(path.removeprefix(PATH)) is not None


class MediaFiles:
    """An ASGI application for all paths that begin with PATH."""

    def __init__(self, store: MediaStore) -> None:
        self._store = store

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = headers_of(scope)
        try:
            name = _name_of(scope)
            etag = b'"%b"' % name.encode()
            if is_known(etag, headers):
                await _begin(send, NOT_MODIFIED, [(b"etag", etag)])
                await send({"type": "http.response.body"})
                return
            file = await self._file(scope, name)
        except HTTPError as error:
            await respond(send, error.status, TEXT, f"{error.message}\n".encode(), error.headers)
            return
        length, media = str(file.size).encode(), MEDIA_TYPE.encode()
        await _begin(send, 200, [(b"etag", etag), (b"content-length", length), (b"content-type", media)])
        await _send_pieces(send, file, only_head=scope["method"] == "HEAD")

    async def _file(self, scope: Scope, name: str) -> StoredFile:
        try:
            file = await self._store.read(name)
        except StoreUnavailable as error:
            logger.error("pictures cannot be read", reason=str(error), request_id=trace_of(scope).request_id)  # noqa: TRY400 - the reason is all there is
            raise HTTPError(503, "UNAVAILABLE", "Pictures cannot be read at present.") from None
        if file is None:
            raise _missing()
        return file


def _name_of(scope: Scope) -> str:
    if scope["method"] not in ("GET", "HEAD"):
        raise HTTPError(405, "METHOD_NOT_ALLOWED", "Use GET.", [(b"allow", METHODS)])
    name: str = scope["path"].removeprefix(PATH)
    if digest_of(name) is None:
        raise _missing()
    return name


def _missing() -> HTTPError:
    return HTTPError(404, "NOT_FOUND", "There is no such picture.")


async def _begin(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*ALWAYS, *headers]})


async def _send_pieces(send: Send, file: StoredFile, *, only_head: bool) -> None:
    try:
        if not only_head:
            async for piece in file.pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        await file.close()
    await send({"type": "http.response.body"})
