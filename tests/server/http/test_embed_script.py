"""The scripts for pages of any site, as browsers and caches ask for them."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from server.http.embed_script import MISSING, EmbedScript

PLAIN = b"export const some = 'script';\n"


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    (tmp_path / "embed.js").write_bytes(PLAIN)
    (tmp_path / "embed.js.gz").write_bytes(gzip.compress(PLAIN))
    transport = httpx.ASGITransport(EmbedScript(tmp_path))
    async with httpx.AsyncClient(transport=transport, base_url="http://blog.example") as client:
        yield client


async def test_pages_of_any_site_load_it(client: httpx.AsyncClient) -> None:
    answer = await client.get("/embed.js", headers={"origin": "https://anybody.example"})
    assert answer.content == PLAIN
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "gzip"),
        ("br, GZIP;q=0.5", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.0", None),
        ("br", None),
        ("", None),
    ],
)
async def test_it_is_compressed_for_whoever_takes_that(
    client: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    answer = await client.get("/embed.js", headers={"accept-encoding": accepted})
    assert (answer.headers.get("content-encoding"), answer.content) == (encoding, PLAIN)
    assert answer.headers["vary"] == "accept-encoding"


async def test_browsers_keep_it_for_an_hour_and_a_version_for_good(client: httpx.AsyncClient) -> None:
    answer, version = await client.get("/embed.js"), await client.get("/embed.js?v=1")
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert version.headers["cache-control"] == "public, max-age=31536000, immutable"
    known = {"if-none-match": f'"other", W/{answer.headers["etag"]}'}
    again = await client.get("/embed.js", headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    plain = await client.get("/embed.js", headers={"accept-encoding": "identity"})
    assert plain.headers["etag"] != answer.headers["etag"], "each encoding is a thing of its own"


async def test_it_is_only_for_reading(client: httpx.AsyncClient) -> None:
    answer = await client.post("/embed.js")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


async def test_a_server_without_it_says_what_to_do(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(EmbedScript(tmp_path / "nothing"))
    async with httpx.AsyncClient(transport=transport, base_url="http://blog.example") as client:
        answer = await client.get("/embed.js")
    assert (answer.status_code, answer.content) == (404, MISSING)
