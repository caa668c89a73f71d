"""Forms with files: which of Python's codecs reads their texts is not for those to say who send them."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from starlette.formparsers import MultiPartParser

from media.folder import Folder
from server.http.multipart import form_headers
from storage import Database
from tests import factories
from tests.server.http.test_uploads import PNG, Blog, token_of

BOUNDARIES = ("B", '"B"', "--''()+_,-./:=?", '"a b"')


@pytest.mark.parametrize("charset", ["raw_unicode_escape", "utf-7", "punycode", "undefined", "UTF-8"])
async def test_a_picture_is_described_in_utf_8(
    tmp_path: Path, sqlite_database: Database, charset: str
) -> None:
    blog = Blog(Folder(tmp_path))
    text = b'--B\r\nContent-Disposition: form-data; name="alt"\r\n\r\n\\ud800 +2AA- \xc3\xa9-\r\n'
    file = b'--B\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + PNG + b"\r\n--B--\r\n"
    headers = {"content-type": f"multipart/form-data; charset={charset}; boundary=B"}
    token = await token_of(await factories.author())
    answer = await blog.client.post("/uploads", content=text + file, headers=headers | token)
    assert (answer.status_code, answer.json()["image"]["alt"]) == (201, "\\ud800 +2AA- é-")


@pytest.mark.parametrize("boundary", BOUNDARIES)
async def test_what_stands_between_the_parts_stays(boundary: str) -> None:
    between = boundary.strip('"')
    body = f'--{between}\r\nContent-Disposition: form-data; name="a"\r\n\r\né\r\n--{between}--\r\n'

    async def sent() -> AsyncGenerator[bytes, None]:
        yield body.encode()

    headers = form_headers(f"Multipart/Form-Data; Charset=utf-7; boundary={boundary}".encode())
    assert (await MultiPartParser(headers, sent()).parse())["a"] == "é"
