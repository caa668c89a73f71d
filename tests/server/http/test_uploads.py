"""Pictures over HTTP: sent, refused, and served. The application as it is, on each kind of database."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from auth import sessions
from auth.policy import AuthPolicy, Limit, SessionLifetime
from auth.viewer import now
from media.folder import Folder
from media.names import name_of, names_of
from media.pictures import PictureLimits
from media.places import store_at
from media.store import MediaStore
from models import Image, Role, Throttle, User
from resolvers.policy import Policy, Site
from server.http import media_files
from server.http.context import contexts
from server.http.media_files import MediaFiles
from server.http.origins import Origins
from server.http.request_log import RequestLog
from server.http.request_memory import RequestMemory
from server.http.request_middleware import RequestMiddleware
from server.http.uploads import BESIDE_PICTURE_BYTES, IN_MEMORY_BYTES, Uploads
from server.shutdown import Shutdown
from storage import Database
from storage.memory import Budget
from tests import factories
from tests.media.drawing import SECRET, decoded, encoded, huge_png, photograph, quarters, talkative
from tests.media.s3_server import BUCKET, KEY, s3_server

PNG = encoded(quarters(), "PNG")
RAW = {"content-type": "image/png"}
PATIENT = Policy(site=Site(media_url="http://blog.example/media"), pictures=PictureLimits(most_bytes=2**20))


class Blog:
    """What a client sees of pictures."""

    def __init__(
        self, store: MediaStore, policy: Policy = PATIENT, memory: RequestMemory | None = None
    ) -> None:
        self.put = store.put
        self._media_files = MediaFiles(store)
        self._uploads = Uploads(contexts(policy), Origins(("https://friend.example",)), policy, store, memory)
        transport: Any = httpx.ASGITransport(
            partial(RequestMiddleware(RequestLog(), Shutdown(patience=1, spread=0)).serve, self._app)
        )
        self.client = httpx.AsyncClient(transport=transport, base_url="http://blog.example")

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._media_files if scope["path"].startswith(media_files.PATH) else self._uploads
        await app(scope, receive, send)

    async def send(
        self, user: User | None, content: Any = PNG, path: str = "/uploads", **headers: str
    ) -> httpx.Response:
        return await self.client.post(path, content=content, headers=RAW | await token_of(user) | headers)


async def token_of(user: User | None) -> dict[str, str]:
    if user is None:
        return {}
    token, _ = await sessions.start(SessionLifetime(), user.id, now())
    return {"authorization": f"Bearer {token}"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def blog(folder: Path, sqlite_database: Database) -> Blog:
    return Blog(Folder(folder))


@pytest.fixture
def each_blog(folder: Path, database: Database) -> Blog:
    """On each kind of database."""
    return Blog(Folder(folder))


@contextmanager
def nothing_stored(folder: Path) -> Iterator[None]:
    yield
    assert list(folder.glob("*/*")) == []


def code_of(answer: httpx.Response) -> tuple[int, str]:
    (error,) = answer.json()["errors"]
    assert error["message"].endswith(".")
    return answer.status_code, error["extensions"]["code"]


async def test_a_form_brings_a_picture_and_what_it_shows(each_blog: Blog) -> None:
    author = await factories.author()
    file = ("holiday.txt", talkative("JPEG", photograph(700, 350)), "text/plain")
    answer = await each_blog.client.post(
        "/uploads", files={"file": file}, data={"alt": "Two hills"}, headers=await token_of(author)
    )
    row = await Image.get()
    assert (answer.status_code, answer.json()) == (
        201,
        {
            "image": {
                "id": f"image_{row.id}",
                "url": f"http://blog.example/media/{name_of(row.digest)}",
                "alt": "Two hills",
                "width": 700,
                "height": 350,
            }
        },
    )
    assert row.uploader_id == author.id
    served = await each_blog.client.get(answer.json()["image"]["url"])
    assert served.status_code == 200
    assert decoded(served.content).size == (700, 350)
    assert SECRET.encode() not in served.content


async def test_the_body_itself_is_a_picture(blog: Blog) -> None:
    reader = await factories.user()
    answer = await blog.send(reader, path="/uploads?for=avatar&alt=Caf%C3%A9%20me")
    assert answer.status_code == 201
    assert answer.json()["image"]["alt"] == "Café me"
    form = await blog.client.post(
        "/uploads?for=avatar&alt=Caf%C3%A9%20me", files={"file": PNG}, headers=await token_of(reader)
    )
    assert form.json() == answer.json(), "a form without words, too"
    again = await blog.send(reader, path="/uploads?for=avatar&alt=Caf%C3%A9%20me")
    assert again.json() == answer.json()


async def test_who_may_not_stores_nothing(each_blog: Blog, folder: Path) -> None:
    reader = await factories.user()
    with nothing_stored(folder):
        anonymous = await each_blog.send(None)
        assert code_of(anonymous) == (401, "UNAUTHENTICATED")
        assert anonymous.headers["www-authenticate"] == "Bearer"
        assert code_of(await each_blog.send(None, path="/uploads?for=avatar")) == (401, "UNAUTHENTICATED")
        unknown = await each_blog.send(None, authorization="Bearer nobody")
        assert (code_of(unknown)[0], "sign in again" in unknown.text) == (401, True)
        assert code_of(await each_blog.send(reader)) == (403, "FORBIDDEN")
        assert code_of(await each_blog.send(reader, path="/uploads?for=post")) == (400, "BAD_REQUEST")
        assert code_of(await each_blog.send(reader, path="/uploads?for=avatar&for=x")) == (400, "BAD_REQUEST")
    assert await Image.all().count() == await Throttle.all().count() == 0


async def test_nothing_is_read_of_what_will_be_refused(blog: Blog, folder: Path) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield PNG

    with nothing_stored(folder):
        assert (await blog.send(await factories.user(), body())).status_code == 403
    assert read == []


async def test_pages_of_other_sites_may_not(blog: Blog, folder: Path) -> None:
    author = await factories.author()
    with nothing_stored(folder):
        for page in ("https://evil.example", "null", "http://blog.example.evil.example"):
            assert code_of(await blog.send(author, origin=page)) == (403, "CROSS_SITE")
        assert code_of(await blog.send(author, **{"sec-fetch-site": "cross-site"})) == (403, "CROSS_SITE")
    assert await Throttle.all().count() == 0
    admitted = await blog.send(author, origin="https://friend.example")
    assert admitted.status_code == 201
    assert admitted.headers["access-control-allow-origin"] == "https://friend.example"
    asked = await blog.client.options(
        "/uploads", headers={"origin": "https://friend.example", "access-control-request-method": "POST"}
    )
    assert asked.headers["access-control-allow-origin"] == "https://friend.example"


BAD = [
    (b"hello", RAW, (415, "UNSUPPORTED_MEDIA_TYPE")),
    (PNG, {"content-type": "text/plain"}, (415, "UNSUPPORTED_MEDIA_TYPE")),
    (PNG, {"content-type": ""}, (415, "UNSUPPORTED_MEDIA_TYPE")),
    (PNG[:-40], RAW, (422, "BROKEN_PICTURE")),
    (huge_png(50_000, 50_000), RAW, (413, "PICTURE_TOO_LARGE")),
    (bytes(2**20 + 1), RAW, (413, "PICTURE_TOO_LARGE")),
    (bytes(2**20 + BESIDE_PICTURE_BYTES + 1), RAW, (413, "BODY_TOO_LARGE")),
    (PNG, {"content-type": "multipart/form-data"}, (400, "BAD_REQUEST")),
    (PNG, {"content-type": "multipart/form-data; boundary=x"}, (400, "BAD_REQUEST")),
    (b"--x\r\n\r\n", {"content-type": "multipart/form-data; boundary=x"}, (400, "BAD_REQUEST")),
]


async def test_what_is_no_good_picture_is_refused(blog: Blog, folder: Path) -> None:
    author = await factories.author()
    with nothing_stored(folder):
        for content, headers, expected in BAD:
            assert code_of(await blog.send(author, content, **headers)) == expected
    assert await Image.all().count() == 0


async def test_a_form_has_one_file(blog: Blog, folder: Path) -> None:
    headers = await token_of(await factories.author())
    with nothing_stored(folder):
        two = await blog.client.post("/uploads", files={"a": PNG, "b": PNG}, headers=headers)
        assert (code_of(two), "Too many files" in two.text) == ((400, "BAD_REQUEST"), True)
        none = await blog.client.post("/uploads", files={"a": (None, PNG)}, headers=headers)
        assert (code_of(none), "has no file" in none.text) == ((400, "BAD_REQUEST"), True)
        long_alt = await blog.client.post(
            "/uploads", files={"a": PNG}, data={"alt": "x" * 1001}, headers=headers
        )
        assert code_of(long_alt) == (422, "INVALID_INPUT")


async def test_a_body_without_an_end_is_read_no_further_than_it_may_be(blog: Blog, folder: Path) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        while True:
            read.append(1)
            yield bytes(2**16)

    with nothing_stored(folder):
        assert code_of(await blog.send(await factories.author(), body())) == (413, "BODY_TOO_LARGE")
    assert len(read) <= 2**20 // 2**16 + 2


async def test_an_account_uploads_so_many_in_a_window(folder: Path, sqlite_database: Database) -> None:
    policy = Policy(auth=AuthPolicy(uploads=Limit("upload", 2, timedelta(hours=1))))
    blog, author = Blog(Folder(folder), policy), await factories.author()
    assert (await blog.send(author)).status_code == 201
    assert (await blog.send(author, b"no picture")).status_code == 415
    throttled = await blog.send(author)
    assert code_of(throttled) == (429, "TOO_MANY_REQUESTS")
    assert 0 < int(throttled.headers["retry-after"]) <= 3600
    assert (await blog.send(await factories.author())).status_code == 201


async def test_uploads_are_part_of_the_memory_under_way(folder: Path, sqlite_database: Database) -> None:
    memory = Budget(4 * IN_MEMORY_BYTES, 2 * IN_MEMORY_BYTES)
    blog, author = Blog(Folder(folder), memory=RequestMemory(memory)), await factories.author()
    others = memory.account("127.0.0.1")
    others.take(2 * IN_MEMORY_BYTES - 1)
    with nothing_stored(folder):
        assert code_of(await blog.send(author)) == (503, "OVERLOADED")
    others.give(2 * IN_MEMORY_BYTES - 1)
    assert (await blog.send(author)).status_code == 201
    assert memory.held == 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "causerie.db"
    path.write_text("secret")
    return path


async def test_a_full_disk_is_no_bug(file: Path, sqlite_database: Database) -> None:
    answer = await Blog(Folder(file)).send(await factories.author())
    assert code_of(answer) == (503, "UNAVAILABLE")
    assert await Image.all().count() == 0


async def test_other_methods_are_none(blog: Blog) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert code_of(await blog.client.request(method, "/uploads")) == (405, "METHOD_NOT_ALLOWED")


@pytest.fixture
def served(folder: Path) -> Blog:
    return Blog(Folder(folder))


DIGEST, OTHER = "ab" * 32, "ab" + "cd" * 31
PATH = f"/media/{name_of(DIGEST, 320)}"


async def test_a_picture_is_served_for_ever(served: Blog) -> None:
    content = bytes(range(256)) * 3000
    await served.put(name_of(DIGEST, 320), content)
    answer = await served.client.get(PATH)
    assert (answer.status_code, answer.content) == (200, content)
    expected = {
        "content-type": "image/webp",
        "content-length": str(len(content)),
        "cache-control": "public, max-age=31536000, immutable",
        "content-security-policy": "default-src 'none'; sandbox",
        "x-content-type-options": "nosniff",
    }
    assert expected.items() <= dict(answer.headers).items()
    head = await served.client.head(PATH)
    assert (head.status_code, head.content) == (200, b"")
    assert expected.items() <= dict(head.headers).items()
    known = await served.client.get(PATH, headers={"if-none-match": f'"x", W/{answer.headers["etag"]}'})
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["etag"] == answer.headers["etag"]
    assert known.headers["cache-control"] == expected["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        PATH,
        "/media/",
        "/media/ab",
        "/media/%2e%2e/causerie.db",
        f"/media/ab/%2e%2e/{name_of(DIGEST)}",
        f"/media/{name_of(DIGEST)}%00",
        "/media//etc/passwd",
    ],
)
async def test_what_is_no_picture_of_ours_is_not_there(served: Blog, file: Path, path: str) -> None:
    await served.put(name_of(OTHER), b"picture")  # so that the folder is there
    answer = await served.client.get(httpx.URL("http://blog.example", raw_path=path.encode()))
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
    assert "secret" not in answer.text


async def test_pictures_are_only_read(served: Blog) -> None:
    assert (await served.client.post(PATH)).status_code == 405


async def test_pictures_of_a_bucket_are_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with s3_server() as bucket:
        store = store_at(f"s3://{BUCKET}/blog?endpoint={bucket.url}&region=eu-west-1")
        blog, content = Blog(store), bytes(range(256)) * 3000
        assert (await blog.client.get(PATH)).status_code == 404
        await store.put(name_of(DIGEST, 320), content)
        assert (await blog.client.get(PATH)).content == content
        assert (await blog.client.head(PATH)).headers["content-length"] == str(len(content))
    away = Blog(store_at(f"s3://{BUCKET}?endpoint=http://127.0.0.1:9&region=eu-west-1"))
    answer = await away.client.get(PATH)
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")


async def test_an_upload_goes_to_a_bucket(monkeypatch: pytest.MonkeyPatch, sqlite_database: Database) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    author = await factories.user(role=Role.AUTHOR)
    with s3_server() as bucket:
        blog = Blog(store_at(f"s3://{BUCKET}/blog?endpoint={bucket.url}&region=eu-west-1"))
        answer = await blog.send(author, encoded(photograph(700, 350), "JPEG"))
    assert answer.status_code == 201
    digest = (await Image.get()).digest
    assert sorted(bucket.objects) == sorted(f"blog/{name}" for name in names_of(digest, 700))
