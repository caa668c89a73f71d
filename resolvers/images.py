"""Pictures: taken in, made safe, kept; and chosen for a post or a person.

What comes of one upload is a row of its uploader's, and files that it shares with whoever has uploaded the same.
"""

import asyncio
from datetime import datetime
from typing import BinaryIO

from auth import throttle
from auth.images import require_may_upload, require_may_use_image
from auth.requirements import require_signed_in
from auth.threads import ThrottledThreads
from auth.viewer import Viewer
from media.names import MEDIA_TYPE
from media.pictures import Picture, PictureLimits, make_picture
from media.store import MediaStore
from models import Image
from resolvers.policy import Policy
from resolvers.validation import Validator
from runtime.fair_queue import OPERATOR, Client
from storage import unit_of_work

PICTURES = ThrottledThreads("pictures", at_once=1, waiting=20)
"""One at a time: a large one takes hundreds of megabytes while it is read."""
ALT_LENGTH = 1000


async def admit_upload(viewer: Viewer, policy: Policy, *, avatar: bool) -> None:
    """Count an upload that is about to come. Raises NotSignedIn, NotAllowed, TooManyRequests."""
    viewer_id = require_may_upload(viewer, avatar=avatar)
    await throttle.attempt(viewer.now, (policy.auth.uploads, str(viewer_id)))


async def keep_upload(viewer: Viewer, policy: Policy, store: MediaStore, source: BinaryIO, alt: str) -> Image:
    """Keep the picture in a file, which the viewer may upload; its row.

    Raises InvalidInput (alt), TooManyRequests, media.errors.PictureError and StoreUnavailable.
    """
    checks = Validator()
    alt = checks.line("alt", alt, longest=ALT_LENGTH, optional=True)
    checks.conclude()
    viewer_id = require_signed_in(viewer)
    picture = await PICTURES.run(Client(viewer_id, known=True), _made, source, policy.pictures)
    await store_files(store, picture)
    return await _note(viewer.id, viewer.now, picture, alt)


async def keep_imported(policy: Policy, store: MediaStore, data: bytes, alt: str, now: datetime) -> int:
    """Keep a picture that has come with a blog and is nobody's upload; the id of its row.

    Raises media.errors.PictureError and StoreUnavailable.
    """
    picture = await PICTURES.run(OPERATOR, make_picture, data, policy.pictures)
    await store_files(store, picture)
    id_: int = (await _note(None, now, picture, alt)).id
    return id_


async def store_files(store: MediaStore, picture: Picture) -> None:
    """Keep all sizes of a picture; those that are there already are as young as the others then."""
    await asyncio.gather(*(store.put(name, data) for name, data in picture.files.items()))


async def require_usable(viewer: Viewer, image_id: int | None) -> None:
    """Refuse a picture that the viewer may not show, and keep a good one until the unit of work has ended.

    Raises NotFound.
    """
    if image_id is not None:
        image = await Image.filter(id=image_id).select_for_update(no_key=True).first()
        require_may_use_image(viewer, image)


def _made(source: BinaryIO, limits: PictureLimits) -> Picture:
    source.seek(0)
    return make_picture(source.read(limits.most_bytes + 1), limits)


@unit_of_work
async def _note(uploader_id: int | None, now: datetime, picture: Picture, alt: str) -> Image:
    """The row of the picture, the same for one who uploads it again, and as young as if it were new."""
    same = Image.filter(digest=picture.digest, uploader_id=uploader_id, alt=alt)
    image = await same.order_by("id").select_for_update().first() or Image(
        digest=picture.digest,
        media_type=MEDIA_TYPE,
        width=picture.width,
        height=picture.height,
        bytes=len(picture.largest),
        alt=alt,
        uploader_id=uploader_id,
    )
    image.created_at = now
    await image.save()
    return image
