"""Uploading pictures: one in a request, as a form (multipart/form-data) or as it is.

Who sends it and whether they may is known before its bytes are read; these wait in a file and not in memory.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, NamedTuple, cast
from urllib.parse import parse_qs

import orjson
import structlog
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive, Scope, Send

from media.errors import PictureError, PictureTooLarge, StoreUnavailable, UnknownFormat
from media.store import MediaStore
from models import Image
from models.errors import DomainError, InvalidInput, NotAllowed, NotSignedIn, TooManyRequests
from resolvers import images
from resolvers.ids import global_id
from resolvers.policy import Policy
from resolvers.reads.images import address
from server.http.body import ClientLeftError, declares_more, headers_of, read_pieces
from server.http.context import Context, Contexts
from server.http.http_error import HTTPError, cross_site
from server.http.media import JSON
from server.http.multipart import form_headers
from server.http.origins import Origins
from server.http.proxies import proxied
from server.http.request_log import trace_of
from server.http.request_memory import RequestMemory, overloaded
from server.http.responses import respond
from storage import MemoryBusy
from storage.reservation import Reservation

METHODS = b"POST, OPTIONS"
FORM = "multipart/form-data"
AS_IT_IS = "application/octet-stream"
IN_MEMORY_BYTES = 256 * 1024
"""Bytes of a picture that wait in memory; more go to a file."""
BESIDE_PICTURE_BYTES = 16 * 1024
"""Bytes that a form may have around its picture."""
HOW = f"Send one picture, as {FORM} or as the body itself with its type, such as image/jpeg."
logger = structlog.stdlib.get_logger("causerie")


class Upload(NamedTuple):
    """A picture that has come, and what it shows in words."""

    file: UploadFile
    alt: str


class Uploads:
    """An ASGI application for one path."""

    def __init__(
        self,
        contexts: Contexts,
        origins: Origins,
        policy: Policy,
        store: MediaStore,
        request_memory: RequestMemory | None = None,
    ) -> None:
        self._contexts = contexts
        self._origins = origins
        self._policy = policy
        self._store = store
        self._request_memory = request_memory or RequestMemory()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = headers_of(scope)
        more = self._origins.answer_headers(headers)
        try:
            if scope["method"] == "OPTIONS":
                await respond(send, 204, None, b"", self._origins.options_headers(headers, METHODS))
                return
            with self._request_memory.by(scope) as reservation:
                image = await self._taken(scope, headers, receive, reservation)
            status, body = 201, orjson.dumps({"image": self._shown(image)})
        except HTTPError as error:
            if error.code != "CROSS_SITE":  # of which the log has more to say
                trace_of(scope).refused = error.message
            status, body, more = error.status, error.body, [*more, *error.headers]
        except ClientLeftError:
            return
        await respond(send, status, JSON, body, more)

    async def _taken(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, reservation: Reservation
    ) -> Image:
        """The row of the picture that the request brings. Raises HTTPError."""
        self._check(scope, headers)
        query = parse_qs(scope["query_string"].decode("latin-1"), max_num_fields=None)
        context = await self._contexts(scope, headers)
        with telling_why(context):
            await images.admit_upload(context.viewer, self._policy, avatar=_is_avatar(query))
            reservation.take(IN_MEMORY_BYTES)
            body = read_pieces(receive, self._most_bytes, self._too_large())
            async with _received(headers, query, body) as upload:
                return await images.keep_upload(
                    context.viewer, self._policy, self._store, upload.file.file, upload.alt
                )

    def _check(self, scope: Scope, headers: Mapping[bytes, bytes]) -> None:
        """Refuse what is known to be wrong before it has come."""
        if scope["method"] != "POST":
            raise HTTPError(405, "METHOD_NOT_ALLOWED", "Use POST.", [(b"allow", METHODS)])
        if not self._origins.admits(headers, proxied=proxied(scope)):
            raise cross_site()
        media = _media_of(headers)
        if media not in (FORM, AS_IT_IS) and not media.startswith("image/"):
            raise HTTPError(415, "UNSUPPORTED_MEDIA_TYPE", HOW)
        if declares_more(headers, self._most_bytes):
            raise self._too_large()

    @property
    def _most_bytes(self) -> int:
        return self._policy.pictures.most_bytes + BESIDE_PICTURE_BYTES

    def _too_large(self) -> HTTPError:
        most = self._policy.pictures.most_bytes
        return HTTPError(413, "BODY_TOO_LARGE", f"The picture may have {most} bytes at most.")

    def _shown(self, image: Image) -> dict[str, Any]:
        return {
            "id": global_id("image", image.id),
            "url": address(self._policy.site, image.digest),
            "alt": image.alt,
            "width": image.width,
            "height": image.height,
        }


@contextmanager
def telling_why(context: Context) -> Iterator[None]:
    """Whoever sends a picture is told why it is not taken: raises HTTPError."""
    try:
        yield
    except DomainError as error:
        raise _refusal(error, context) from None
    except PictureError as error:
        raise _bad_picture(error) from None
    except StoreUnavailable as error:
        logger.error("pictures cannot be stored", reason=str(error), request_id=context.request_id)  # noqa: TRY400 - the reason is all there is
        raise HTTPError(503, "UNAVAILABLE", "Pictures cannot be stored at present.") from None
    except MemoryBusy:
        raise overloaded() from None


def _is_avatar(query: Mapping[str, list[str]]) -> bool:
    """What the picture is for, which decides who may send it."""
    purpose = query.get("for", [])
    if purpose not in ([], ["avatar"]):
        raise HTTPError(400, "BAD_REQUEST", "A picture is for=avatar, or without for= to stand in a post.")
    return bool(purpose)


def _media_of(headers: Mapping[bytes, bytes]) -> str:
    return headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()


@asynccontextmanager
async def _received(
    headers: Mapping[bytes, bytes], query: Mapping[str, list[str]], body: AsyncGenerator[bytes, None]
) -> AsyncIterator[Upload]:
    """The picture that has come, in a file that goes when the block ends."""
    said = query.get("alt", [""])[0]
    if _media_of(headers) == FORM:
        async with _form(headers, body) as form:
            files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
            if len(files) != 1:
                raise HTTPError(400, "BAD_REQUEST", f"The form has no file. {HOW}")
            yield Upload(files[0], str(form.get("alt", said)))
        return
    with SpooledTemporaryFile(IN_MEMORY_BYTES) as spooled:
        file = UploadFile(cast("BinaryIO", spooled), size=0)
        async for piece in body:
            await file.write(piece)  # in a thread, where it goes to the disk
        yield Upload(file, said)


@asynccontextmanager
async def _form(headers: Mapping[bytes, bytes], body: AsyncGenerator[bytes, None]) -> AsyncIterator[FormData]:
    known = form_headers(headers[b"content-type"])
    parser = MultiPartParser(known, body, max_files=1, max_fields=4)
    parser.spool_max_size = IN_MEMORY_BYTES
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise HTTPError(400, "BAD_REQUEST", f"The form cannot be read: {error.message} {HOW}") from None
    try:
        yield form
    finally:
        await form.close()


def _refusal(error: DomainError, context: Context) -> HTTPError:
    match error:
        case NotSignedIn():
            message = context.extensions.get("authentication", {}).get("message", str(error))
            return HTTPError(401, "UNAUTHENTICATED", message, [(b"www-authenticate", b"Bearer")])
        case NotAllowed():
            return HTTPError(403, "FORBIDDEN", str(error))
        case TooManyRequests(retry_after=seconds):
            return HTTPError(429, "TOO_MANY_REQUESTS", str(error), [(b"retry-after", str(seconds).encode())])
        case InvalidInput(fields=fields):
            return HTTPError(422, "INVALID_INPUT", " ".join(problem for _, problem in fields))
    return HTTPError(400, "BAD_REQUEST", str(error))


def _bad_picture(error: PictureError) -> HTTPError:
    match error:
        case PictureTooLarge():
            return HTTPError(413, "PICTURE_TOO_LARGE", str(error))
        case UnknownFormat():
            return HTTPError(415, "UNSUPPORTED_MEDIA_TYPE", str(error))
    return HTTPError(422, "BROKEN_PICTURE", str(error))
