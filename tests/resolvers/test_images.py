"""Which pictures may be shown with a post or a person, and what becomes of those that are uploaded."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.policy import AuthPolicy, Limit
from auth.viewer import Viewer
from media.errors import BrokenPicture
from media.folder import Folder
from media.names import names_of
from models import Image, Post, Role, User
from models.errors import DomainError, InvalidInput, NotAllowed, NotFound, NotSignedIn, TooManyRequests
from resolvers import accounts, images, posts
from resolvers.policy import Policy
from resolvers.post_fields import PostFields
from tests import factories
from tests.media.drawing import encoded, photograph, quarters, talkative
from tests.resolvers.rows import POLICY, all_rows, viewing

pytestmark = pytest.mark.usefixtures("database")
NO_SUCH = "There is no such picture among those that you have uploaded."


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "pictures")


def files(folder: Folder) -> list[str]:
    return sorted(str(path.relative_to(folder.path)) for path in folder.path.glob("*/*"))


async def kept(viewer: Viewer, folder: Folder, data: bytes, alt: str = "") -> Image:
    return await images.keep_upload(viewer, POLICY, folder, io.BytesIO(data), alt)


async def test_an_upload_is_a_row_and_its_files(folder: Folder) -> None:
    viewer = viewing(await factories.author())
    image = await kept(viewer, folder, encoded(photograph(700, 350), "JPEG"), "  Two   hills ")
    assert await Image.all().values(
        "id", "width", "height", "media_type", "alt", "uploader_id", "created_at"
    ) == [
        {
            "id": image.id,
            "width": 700,
            "height": 350,
            "media_type": "image/webp",
            "alt": "Two hills",
            "uploader_id": viewer.id,
            "created_at": viewer.now,
        }
    ]
    assert files(folder) == sorted(names_of(image.digest, 700))
    assert image.bytes == (folder.path / names_of(image.digest, 700)[0]).stat().st_size


async def test_the_same_picture_is_stored_once(folder: Folder) -> None:
    one, other = viewing(await factories.author()), viewing(await factories.author())
    first = await kept(one, folder, encoded(quarters(), "PNG"), "Quarters")
    later = Viewer(one.id, one.role, one.now + timedelta(days=2))
    again = await kept(later, folder, talkative("PNG", quarters()), "Quarters")
    assert (again.id, again.created_at) == (first.id, later.now)
    elsewhere = await kept(other, folder, encoded(quarters(), "PNG"), "Quarters")
    named = await kept(one, folder, encoded(quarters(), "PNG"), "Four colours")
    assert len({first.id, elsewhere.id, named.id}) == await Image.all().count() == 3
    assert {image.digest for image in await Image.all()} == {first.digest}
    assert files(folder) == names_of(first.digest, 80)


async def test_what_is_refused_leaves_nothing(folder: Folder) -> None:
    viewer = viewing(await factories.author())
    for data, alt, error in (
        (encoded(quarters(), "PNG")[:-40], "", BrokenPicture),
        (encoded(quarters(), "PNG"), "x" * 1001, InvalidInput),
    ):
        with pytest.raises(error):
            await kept(viewer, folder, data, alt)
    assert files(folder) == []
    assert await Image.all().count() == 0


WHO: list[tuple[Role | None, bool, type[DomainError] | None]] = [
    (None, False, NotSignedIn),
    (None, True, NotSignedIn),
    (Role.READER, False, NotAllowed),
    (Role.READER, True, None),
    *((role, False, None) for role in (Role.AUTHOR, Role.MODERATOR, Role.ADMIN)),
]


async def test_who_may_upload() -> None:
    for role, avatar, refused in WHO:
        viewer = viewing(None if role is None else await factories.user(role=role))
        if refused is None:
            await images.admit_upload(viewer, POLICY, avatar=avatar)
            continue
        before = await all_rows()
        with pytest.raises(refused):
            await images.admit_upload(viewer, POLICY, avatar=avatar)
        assert await all_rows() == before


async def test_uploads_are_counted_for_each_account() -> None:
    policy = Policy(auth=AuthPolicy(uploads=Limit("upload", 2, timedelta(hours=1))))
    viewer, other = viewing(await factories.author()), viewing(await factories.author())
    for _ in range(2):
        await images.admit_upload(viewer, policy, avatar=True)
    with pytest.raises(TooManyRequests):
        await images.admit_upload(viewer, policy, avatar=False)
    await images.admit_upload(other, policy, avatar=False)
    later = Viewer(viewer.id, viewer.role, viewer.now + timedelta(hours=2))
    await images.admit_upload(later, policy, avatar=False)


async def image_of(user: User) -> str:
    return f"image_{(await factories.image(uploader=user)).id}"


async def written(author: User, **fields: Any) -> Post:
    if "category" not in fields:
        fields["category"] = f"category_{(await factories.category()).id}"
    given = PostFields(title="A post", body="With a picture", **fields)  # type: ignore[typeddict-item]
    return await Post.get(id=await posts.create_post(viewing(author), POLICY, given))


async def test_a_post_shows_its_authors_picture() -> None:
    author = await factories.author()
    first, second = await image_of(author), await image_of(author)
    post = await written(author, image=first)
    assert f"image_{post.image_id}" == first
    await posts.update_post(viewing(author), POLICY, f"post_{post.id}", {"image": second})
    changed = await Post.get(id=post.id)
    assert f"image_{changed.image_id}" == second
    assert changed.updated_at > post.updated_at
    await posts.update_post(viewing(author), POLICY, f"post_{post.id}", {"image": second})
    assert (await Post.get(id=post.id)).updated_at == changed.updated_at
    await posts.update_post(viewing(author), POLICY, f"post_{post.id}", {"image": None})
    assert (await Post.get(id=post.id)).image_id is None


async def test_nobody_shows_what_others_have_uploaded() -> None:
    author, other = await factories.author(), await factories.moderator()
    theirs, own = await image_of(other), await image_of(author)
    post = await written(author, image=own)
    before = await all_rows()
    for image in (theirs, "image_999999", "image_", "post_1", own.upper()):
        with pytest.raises(NotFound, match=NO_SUCH):
            await posts.update_post(
                viewing(author), POLICY, f"post_{post.id}", {"image": image, "title": "Another"}
            )
        with pytest.raises(NotFound, match=NO_SUCH):
            await accounts.update_profile(viewing(author), {"avatar": image, "name": "Another"})
        with pytest.raises(NotFound, match=NO_SUCH):
            await written(author, image=image, category=f"category_{post.category_id}")
    assert await all_rows() == before


async def test_administrators_show_every_picture_and_others_may_leave_it_there() -> None:
    author, admin = await factories.author(), await factories.admin()
    theirs = await image_of(admin)
    post = await written(author)
    await posts.update_post(viewing(admin), POLICY, f"post_{post.id}", {"image": await image_of(author)})
    await posts.update_post(viewing(admin), POLICY, f"post_{post.id}", {"image": theirs})
    await posts.update_post(viewing(author), POLICY, f"post_{post.id}", {"image": theirs, "title": "Mine"})
    changed = await Post.get(id=post.id)
    assert (f"image_{changed.image_id}", changed.title) == (theirs, "Mine")


async def test_people_have_a_picture_of_themselves() -> None:
    reader = await factories.user()
    avatar = await image_of(reader)
    await accounts.update_profile(viewing(reader), {"avatar": avatar})
    assert f"image_{(await User.get(id=reader.id)).avatar_id}" == avatar
    await accounts.update_profile(viewing(reader), {"name": "Ada", "avatar": avatar})
    await accounts.update_profile(viewing(reader), {"avatar": None})
    known = await User.get(id=reader.id)
    assert (known.name, known.avatar_id) == ("Ada", None)
