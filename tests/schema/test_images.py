"""Pictures as clients see them: with what they belong to, in the size that is wanted, and not by themselves."""

import pytest

from media.names import WIDTHS, name_of
from storage import Database
from tests import factories
from tests.schema.mutating import POLICY, Client

CREATE = """mutation ($input: CreatePostInput!) {
    createPost(input: $input) { post { image { id } } error { ...failure } }
}"""
PROFILE = """mutation ($input: UpdateProfileInput!) {
    updateProfile(input: $input) { user { avatar { id alt } } error { ...failure } }
}"""
SIZED = """query ($width: Int!) {
    posts { nodes { image { url width sized(width: $width) small: sized(width: 1) } } }
}"""


@pytest.fixture
def client(database: Database) -> Client:
    return Client(database)


async def test_the_narrowest_that_is_wide_enough_is_found(client: Client) -> None:
    image = await factories.image(width=1000)
    await factories.post(image=image)
    whole = f"{POLICY.site.media_url}/{name_of(image.digest)}"
    small = f"{POLICY.site.media_url}/{name_of(image.digest, WIDTHS[0])}"
    for width, narrower in (
        *((-5, 320), (0, 320), (320, 320), (321, 640), (640, 640), (641, 960), (960, 960)),
        *((961, None), (1000, None), (1280, None), (2**31 - 1, None)),
    ):
        answer = await client.do(None, SIZED, {"width": width})
        sized = f"{POLICY.site.media_url}/{name_of(image.digest, narrower)}"
        expected = {"url": whole, "width": 1000, "sized": sized, "small": small}
        assert answer == {"nodes": [{"image": expected}]}, width


async def test_a_small_picture_has_but_one_size(client: Client) -> None:
    image = await factories.image(width=320)
    await factories.post(image=image)
    ((answer,),) = (await client.do(None, SIZED, {"width": 100})).values()
    assert answer["image"]["sized"] == answer["image"]["small"] == answer["image"]["url"]


async def test_a_picture_is_chosen_by_its_id(client: Client) -> None:
    author, reader = await factories.author(), await factories.user()
    own, theirs = await factories.image(uploader=author), await factories.image(uploader=reader, alt="Me")
    category = f"category_{(await factories.category()).id}"
    given = {"title": "Hills", "body": "Two.", "category": category}
    made = await client.do(author, CREATE, {"input": {**given, "image": f"image_{own.id}"}})
    assert made == {"image": {"id": f"image_{own.id}"}}
    refused = await client.do(author, CREATE, {"input": {**given, "image": f"image_{theirs.id}"}})
    assert refused["__typename"] == "NotFound"
    chosen = await client.do(reader, PROFILE, {"input": {"avatar": f"image_{theirs.id}"}})
    assert chosen == {"avatar": {"id": f"image_{theirs.id}", "alt": "Me"}}
    assert await client.do(reader, PROFILE, {"input": {"avatar": None}}) == {"avatar": None}


async def test_nobody_finds_pictures_by_trying_ids(client: Client) -> None:
    image = await factories.image()
    await factories.draft(image=image)
    query = 'query { node(id: "image_%d") { id } }' % image.id  # noqa: UP031 - there are braces
    assert await client.do(await factories.admin(), query) is None
