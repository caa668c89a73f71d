"""Forms with a picture (multipart/form-data), and keeping it. It waits in a file and not in memory until then."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive

from models import Image
from resolvers import images
from resolvers.ids import global_id
from server.http.body import declares_more, read_pieces
from server.http.http_error import HTTPError
from server.http.multipart import form_headers
from server.http.uploads import IN_MEMORY_BYTES, telling_why
from server.site.forms import MOST_FIELDS, Form, form_of, too_long, unreadable
from server.site.visit import Visit
from storage.reservation import reservation_of_task


@asynccontextmanager
async def form_with_picture(
    headers: Mapping[bytes, bytes], receive: Receive, most_text: int, most_picture: int
) -> AsyncIterator[Form]:
    """The form in a body of at most so many bytes of text and of a picture, which goes when the block ends.

    Raises:
        HTTPError: it is none, or too long.
    """
    refused = HTTPError(413, "BODY_TOO_LARGE", f"The picture may have {most_picture} bytes at most.")
    if declares_more(headers, most_text + most_picture):
        raise refused
    reservation = reservation_of_task.get()
    if reservation is not None:
        reservation.take(IN_MEMORY_BYTES)
    known = form_headers(headers[b"content-type"])
    body = read_pieces(receive, most_text + most_picture, refused)
    parser = MultiPartParser(known, body, max_files=1, max_fields=MOST_FIELDS, max_part_size=most_text)
    parser.spool_max_size = IN_MEMORY_BYTES
    try:
        parsed = await parser.parse()
    except MultiPartException as error:
        raise (too_long(most_text) if "maximum size" in error.message else unreadable()) from None
    try:
        texts = [(name, value) for name, value in parsed.multi_items() if isinstance(value, str)]
        files = [value for value in parsed.values() if isinstance(value, UploadFile) and value.size]
        yield form_of(texts, files[0] if files else None)
    finally:
        await parsed.close()


async def keep_picture(visit: Visit, alt: str = "", *, avatar: bool = False) -> str:
    """The id of the picture in the form, which is kept now; `avatar` for one of oneself, which everybody may have.

    Raises:
        HTTPError: it is none, or its sender may not keep any; the message says why.
    """
    return global_id("image", (await kept_image(visit, alt, avatar=avatar)).id)


async def kept_image(visit: Visit, alt: str = "", *, avatar: bool = False) -> Image:
    """The same as its row."""
    viewer, policy, picture = visit.context.viewer, visit.context.policy, visit.form.picture
    if picture is None:
        raise HTTPError(422, "INVALID_INPUT", "No picture was chosen.")
    with telling_why(visit.context):
        await images.admit_upload(viewer, policy, avatar=avatar)
        return await images.keep_upload(viewer, policy, visit.store, picture.file, alt)
