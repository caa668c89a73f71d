"""What a sweep leaves: every picture that is shown anywhere, and every one that may be soon."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from auth.viewer import now
from media.folder import Folder
from media.names import digest_of, name_of
from models import Image, Post, User
from resolvers import image_sweep, images
from resolvers.image_sweep import LEFT_ALONE, Swept
from tests import factories
from tests.media.drawing import encoded, photograph
from tests.resolvers.rows import POLICY, viewing

pytestmark = pytest.mark.usefixtures("database")


def later() -> datetime:
    """When what is uploaded now has been left alone for long enough."""
    return now() + LEFT_ALONE + timedelta(minutes=5)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "pictures")


async def uploaded(folder: Folder, author: User, width: int) -> Image:
    source = io.BytesIO(encoded(photograph(width, 20), "JPEG"))
    return await images.keep_upload(viewing(author), POLICY, folder, source, "")


async def digests(folder: Folder) -> set[str | None]:
    return {digest_of(name) async for name, _ in folder.listed()}


async def test_what_is_shown_anywhere_stays(folder: Folder) -> None:
    author = await factories.author()
    posted, avatar, written, linked, unused = [
        await uploaded(folder, author, width) for width in (20, 30, 40, 50, 400)
    ]
    post = await factories.post(image=posted, body=f"![Hills](/media/{name_of(written.digest)})")
    await User.filter(id=author.id).update(avatar_id=avatar.id)
    await factories.comment(post=post, body=f"See https://blog.example/media/{name_of(linked.digest, 320)}!")
    await folder.put(name_of("ab" * 32), b"of nobody's")

    assert await image_sweep.sweep(folder, now()) == Swept(0, 0)
    counted = Swept(rows=1, files=3)  # the unused one in two sizes, and nobody's
    assert await image_sweep.sweep(folder, later(), dry_run=True) == counted
    assert await Image.all().count() == 5
    assert await image_sweep.sweep(folder, later()) == counted
    kept = {image.digest for image in (posted, avatar, written, linked)}
    assert await digests(folder) == {image.digest for image in await Image.all()} == kept
    assert unused.digest not in kept
    assert await image_sweep.sweep(folder, later()) == Swept(0, 0)


async def test_files_stay_as_long_as_anybody_has_the_same_picture(folder: Folder) -> None:
    one, other = await factories.author(), await factories.author()
    await uploaded(folder, one, 20)
    shown = await uploaded(folder, other, 20)
    post = await factories.post(image=shown)
    assert await image_sweep.sweep(folder, later()) == Swept(rows=1, files=0)
    await Post.filter(id=post.id).update(image_id=None)
    assert await image_sweep.sweep(folder, later()) == Swept(rows=1, files=1)
    assert await digests(folder) == set()


async def test_what_is_uploaded_again_is_new_again(folder: Folder) -> None:
    author = await factories.author()
    image = await uploaded(folder, author, 20)
    await Image.filter(id=image.id).update(created_at=now() - 2 * LEFT_ALONE)
    await uploaded(folder, author, 20)
    assert await image_sweep.sweep(folder, now()) == Swept(0, 0)
