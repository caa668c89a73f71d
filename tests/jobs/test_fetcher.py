"""Fetching goes where it was checked to go, and takes no more than it wants."""

import asyncio
import gzip
import io
import ssl
import subprocess
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from jobs import FetchError, FetchFailed, FetchRefused
from jobs.destination import resolve_by_system
from jobs.fetch_policy import FetchPolicy
from jobs.fetcher import Fetcher
from tests.jobs.web import OK, Answer, Names, Server, body, fetching, redirect, serving
from tests.tools import find


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


@pytest.fixture
async def other() -> AsyncIterator[Server]:
    async with serving() as server:
        yield server


async def refused(fetcher: Fetcher, url: str, **question: Any) -> str:
    """Why it is refused, for good."""
    with pytest.raises(FetchRefused) as caught:
        await fetcher.fetch(url, **question)
    assert caught.value.permanent
    return str(caught.value)


async def failed(fetcher: Fetcher, url: str) -> str:
    """Why it failed, for now."""
    with pytest.raises(FetchFailed) as caught:
        await fetcher.fetch(url)
    assert not caught.value.permanent
    return str(caught.value)


async def test_an_answer_is_taken_and_the_site_says_who_asks(server: Server) -> None:
    names = Names(blog=["127.0.0.1"])
    async with fetching(server, names=names) as fetcher:
        answer = await fetcher.fetch(
            f"http://blog:{server.port}/?q=é#part",
            headers={"Accept": "text/html", "Host": "x", "Cookie": "a=b"},
        )
    assert (answer.status, answer.body, answer.url) == (200, b"hello", f"http://blog:{server.port}/?q=%C3%A9")
    head = server.requests[0].decode().lower().split("\r\n")
    assert head[0] == "get /?q=%c3%a9 http/1.1"
    assert sorted(head[1:-2]) == [
        "accept-encoding: gzip",
        "accept: text/html",
        "connection: close",
        f"host: blog:{server.port}",
        "user-agent: causerie (+https://blog.example)",
    ]
    assert names.asked == ["blog"]


async def test_a_body_is_sent(server: Server) -> None:
    async with fetching(server) as fetcher:
        await fetcher.fetch(f"http://blog:{server.port}/", method="post", body=b"a=1")
    assert server.requests[0].startswith(b"POST / ")
    assert server.requests[0].endswith(b"\r\n\r\na=1")


NOT_ASKED = {
    "another scheme": ("ftp://blog/", "no address"),
    "a file": ("file:///etc/hostname", "no address"),
    "no scheme": ("//blog/", "no address"),
    "no host": ("http:///path", "no address"),
    "a space in the host": ("http://bl og/", "no address"),
    "half a host": ("http://[::1/", "no address"),
    "a zone": ("http://[fe80::1%25eth0]/", "no address"),
    "a host that is no name": ("http://xn--\ud800/", "no address"),
    "a long address": (f"http://blog/{'a' * 5000}", "no address"),
    "somebody's password": ("http://ada:secret@blog/", "password"),
    "another port": ("http://public:22/", "only ports 80 and 443"),
    "no port": ("http://public:0/", "only ports 80 and 443"),
    "a port that is none": ("http://public:99999/", "only ports 80 and 443"),
    "a private address": ("http://inside/", "10.0.0.7 is private"),
    "a name with one private address": ("http://both/", "127.0.0.1 is this machine"),
}


@pytest.mark.parametrize(("url", "reason"), NOT_ASKED.values(), ids=NOT_ASKED)
async def test_what_is_not_asked(url: str, reason: str) -> None:
    names = Names(public=["93.184.216.34"], inside=["10.0.0.7"], both=["93.184.216.34", "127.0.0.1"])
    async with fetching(names=names) as fetcher:
        why = await refused(fetcher, url)
    assert reason in why
    assert "secret" not in why


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "127.0.0.1",
        "127.1",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "2130706433",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "0.0.0.0",
    ],
)
async def test_this_machine_is_not_asked_by_any_name_that_the_system_knows(host: str) -> None:
    async with Fetcher(FetchPolicy("test"), resolve=resolve_by_system) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.fetch(f"http://{host}/")
    assert isinstance(caught.value, FetchRefused) or "was not found" in str(caught.value)


async def test_a_named_host_is_asked_and_only_at_the_port_that_is_named(
    server: Server, other: Server
) -> None:
    async with fetching(server) as fetcher:
        assert (await fetcher.fetch(f"http://blog:{server.port}/")).status == 200
        assert "only ports" in await refused(fetcher, f"http://blog:{other.port}/")
        assert "this machine" in await refused(fetcher, "http://blog/")
    policy = FetchPolicy("test", hosts=frozenset({("blog", None)}))
    assert policy.admits("blog", 80)
    assert policy.admits("blog", 443)
    assert not policy.admits("blog", 8080)


async def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_found(server: Server) -> None:
    """Whatever the name stands for a moment later."""
    names = Names(blog=["127.0.0.1"])
    found = iter([["127.0.0.1"], ["10.0.0.7"]])

    async def change(host: str, port: int) -> list[str]:
        names.asked.append(host)
        return next(found)

    policy = FetchPolicy("test", hosts=frozenset({("blog", server.port)}))
    async with Fetcher(policy, resolve=change) as fetcher:
        await fetcher.fetch(f"http://blog:{server.port}/")
    assert (names.asked, len(server.requests)) == (["blog"], 1)


async def test_the_next_address_is_tried_when_one_cannot_be_reached(server: Server) -> None:
    names = Names(blog=["127.0.0.2", "127.0.0.1"])
    async with fetching(server, names=names) as fetcher:
        assert (await fetcher.fetch(f"http://blog:{server.port}/")).body == b"hello"


async def test_redirects_are_followed_a_few_times(server: Server) -> None:
    for n in range(7):
        server.answers[f"/{n}"] = redirect(f"/{n + 1}#part", (301, 302, 303, 307, 308)[n % 5])
    server.answers["/5"] = OK
    async with fetching(server) as fetcher:
        answer = await fetcher.fetch(f"http://blog:{server.port}/0")
        assert (answer.body, answer.url) == (b"hello", f"http://blog:{server.port}/5")
        server.answers["/5"] = redirect("/6")
        assert "more than 5 times" in await refused(fetcher, f"http://blog:{server.port}/0")
    assert server.paths == [f"/{n}" for n in (0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5)]


@pytest.mark.parametrize(
    "location",
    [
        "http://inside/",
        "http://10.0.0.7/",
        "http://[::ffff:10.0.0.7]/",
        "//inside/",
        "http://blog:22/",
        "file:///etc/hostname",
        "http://ada:secret@blog/",
        "http://[",
        "",
    ],
)
async def test_a_redirect_is_checked_like_any_address(server: Server, location: str) -> None:
    server.answers["/"] = redirect(location)
    names = Names(**{"blog": ["127.0.0.1"], "inside": ["10.0.0.7"], "10.0.0.7": ["10.0.0.7"]})
    names.addresses = {**names.addresses, "::ffff:10.0.0.7": ["::ffff:10.0.0.7"]}
    async with fetching(server, names=names) as fetcher:
        await refused(fetcher, f"http://blog:{server.port}/")
        server.answers["/"] = redirect(location, 307)
        await refused(fetcher, f"http://blog:{server.port}/", method="POST", body=b"a=1")


@pytest.mark.parametrize(
    "host",
    [
        "inside",
        "both",
        "10.0.0.7",
        "[::1]",
        "[::ffff:10.0.0.7]",
        "[64:ff9b::a00:7]",
        "[fd00::1]",
        "169.254.169.254",
    ],
)
async def test_nothing_is_posted_to_what_is_not_asked(host: str) -> None:
    names = Names(inside=["10.0.0.7"], both=["93.184.216.34", "::ffff:10.0.0.7"])
    names.addresses = {**names.addresses, host.strip("[]"): names.addresses.get(host, [host.strip("[]")])}
    async with fetching(names=names) as fetcher:
        assert "is not asked" in await refused(fetcher, f"http://{host}/", method="POST", body=b"a=1")


async def test_a_redirect_elsewhere_takes_no_secrets_along(server: Server, other: Server) -> None:
    server.answers["/"] = redirect(f"http://other:{other.port}/", 307)
    headers = {"Authorization": "Bearer secret", "Webhook-Signature": "secret", "Content-Type": "text/plain"}
    async with fetching(server, other) as fetcher:
        url = f"http://blog:{server.port}/"
        await fetcher.fetch(url, method="POST", headers=headers, body=b"kept")
    assert server.requests[0].lower().count(b"secret") == 2
    assert b"secret" not in other.requests[0]
    assert other.requests[0].startswith(b"POST ")
    assert other.requests[0].endswith(b"kept")
    assert b"content-type: text/plain" in other.requests[0].lower()


@pytest.mark.parametrize(("status", "method"), [(301, b"GET"), (302, b"GET"), (303, b"GET"), (308, b"POST")])
async def test_a_redirected_post_becomes_what_browsers_make_of_it(
    server: Server, status: int, method: bytes
) -> None:
    server.answers |= {"/": redirect("/next", status), "/next": OK}
    async with fetching(server) as fetcher:
        answer = await fetcher.fetch(f"http://blog:{server.port}/", method="POST", body=b"a=1")
    assert answer.method == method.decode()
    assert server.requests[1].startswith(method)
    assert server.requests[1].endswith(b"a=1") == (method == b"POST")


async def test_a_packed_answer_is_unpacked(server: Server) -> None:
    text = b"<p>hello</p>" * 100_000
    twice = gzip.compress(text[:500_000]) + gzip.compress(text[500_000:]) + b"\0" * 20
    server.answers["/"] = body(twice, "Content-Encoding: gzip")
    async with fetching(server) as fetcher:
        assert (await fetcher.fetch(f"http://blog:{server.port}/")).body == text


async def chunks_without_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"400\r\n" + b"x" * 1024 + b"\r\n")
        await writer.drain()


async def headers_without_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X-More: and more\r\n" * 64)
        await writer.drain()


async def drop_by_drop(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(1)


def packed(size: int) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(bytes(size)) + packer.flush()


TOO_LARGE: dict[str, Answer] = {
    "announced": body(b"x" * 2000),
    "without end": chunks_without_end,
    "packed": body(packed(2**20), "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("path", TOO_LARGE)
async def test_an_answer_that_is_too_large_is_not_taken(server: Server, path: str) -> None:
    server.answers["/"] = TOO_LARGE[path]
    async with fetching(server, most_bytes=1500) as fetcher:
        assert "1500" in await refused(fetcher, f"http://blog:{server.port}/")


async def test_an_answer_may_be_as_large_as_the_caller_says(server: Server) -> None:
    server.answers["/"] = body(packed(1_000_000), "Content-Encoding: gzip")
    async with fetching(server, most_bytes=10) as fetcher:
        answer = await fetcher.fetch(f"http://blog:{server.port}/", most_bytes=1_000_000)
        assert len(answer.body) == 1_000_000
        with pytest.raises(FetchRefused):
            await fetcher.fetch(f"http://blog:{server.port}/", most_bytes=999_999)


@pytest.mark.parametrize("path", TOO_LARGE)
async def test_of_an_answer_that_may_be_cut_the_beginning_is_taken(server: Server, path: str) -> None:
    server.answers["/"] = TOO_LARGE[path]
    async with fetching(server) as fetcher:
        answer = await fetcher.fetch(f"http://blog:{server.port}/", most_bytes=1500, cut=True)
        assert (answer.status, len(answer.body)) == (200, 1500)
        server.answers["/"] = body(packed(1400), "Content-Encoding: gzip")
        assert (
            len((await fetcher.fetch(f"http://blog:{server.port}/", most_bytes=1500, cut=True)).body) == 1400
        )
        server.answers["/"] = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"
        with pytest.raises(FetchFailed):
            await fetcher.fetch(f"http://blog:{server.port}/", most_bytes=1500, cut=True)


@pytest.mark.parametrize("answer", [drop_by_drop, silence])
async def test_a_slow_answer_is_waited_for_so_long_and_no_longer(server: Server, answer: Answer) -> None:
    server.answers["/"] = answer
    async with fetching(server, seconds=0.2) as fetcher, asyncio.timeout(5):
        assert "longer than 0.2 seconds" in await failed(fetcher, f"http://blog:{server.port}/")


async def test_redirects_do_not_make_it_last_longer(server: Server) -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.15)
        writer.write(redirect("/"))

    server.answers["/"] = slowly
    async with fetching(server, seconds=0.2) as fetcher, asyncio.timeout(5):
        assert "longer than 0.2 seconds" in await failed(fetcher, f"http://blog:{server.port}/")
    assert 1 <= len(server.requests) <= 2


BROKEN: dict[str, Answer] = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "no answer": b"",
    "half a body": b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
    "headers without end": headers_without_end,
    "a body that is not packed": body(b"hello", "Content-Encoding: gzip"),
    "half a packed body": body(packed(1000)[:-9], "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("path", BROKEN)
async def test_a_broken_answer_is_a_failure_for_now(server: Server, path: str) -> None:
    server.answers["/"] = BROKEN[path]
    async with fetching(server) as fetcher:
        await failed(fetcher, f"http://blog:{server.port}/")


async def test_an_answer_that_is_packed_in_another_way_is_not_taken(server: Server) -> None:
    server.answers["/"] = body(b"hello", "Content-Encoding: br")
    async with fetching(server) as fetcher:
        assert "'br'" in await refused(fetcher, f"http://blog:{server.port}/")


async def test_a_host_that_is_not_there_is_a_failure_for_now(server: Server) -> None:
    async with fetching(server, names=Names(blog=["127.0.0.2"], other=[])) as fetcher:
        assert "did not answer" in await failed(fetcher, f"http://blog:{server.port}/")
        assert "no address" in await failed(fetcher, f"http://other:{server.port}/")
        assert "not found" in await failed(fetcher, "http://nobody/")


@pytest.mark.parametrize(
    ("status", "permanent"),
    [("404 N", True), ("410 N", True), ("429 N", False), ("408 N", False), ("503 N", False)],
)
async def test_a_refusal_says_whether_it_is_for_good(server: Server, status: str, permanent: bool) -> None:
    server.answers["/"] = body(b"no", "Retry-After: 120", status=status)
    async with fetching(server) as fetcher:
        answer = await fetcher.fetch(f"http://blog:{server.port}/")
    assert (answer.status, answer.body) == (int(status[:3]), b"no")
    with pytest.raises(FetchFailed, match=f"blog answered {status[:3]}") as caught:
        answer.require_success()
    assert (caught.value.permanent, caught.value.retry_after) == (permanent, 120)


@pytest.mark.parametrize(
    "text",
    [
        "Wed, 21 Oct 2015 07:28:00 GMT",
        "soon",
        "Wed, 99 Oct 2015 07:28:00",
        "-1",
        "",
        "Wed, 21 Oct 99999999999 07:28:00 GMT",
        "Wed, 21 Oct 2026 07:28:00 +99999999999999999999",
    ],
)
async def test_a_moment_to_come_back_is_understood_or_ignored(server: Server, text: str) -> None:
    server.answers["/"] = body(b"no", f"Retry-After: {text}", status="503 N")
    async with fetching(server) as fetcher:
        answer = await fetcher.fetch(f"http://blog:{server.port}/")
    with pytest.raises(FetchFailed) as caught:
        answer.require_success()
    assert caught.value.retry_after == (0 if text.startswith("Wed, 21 Oct 2015") else None)


async def test_a_file_is_downloaded(server: Server) -> None:
    server.answers |= {
        "/a.png": redirect("/b.png"),
        "/b.png": body(b"\x89PNG" * 1000, "Content-Type: image/png"),
        "/gone": body(b"no", status="404 N"),
    }
    with io.BytesIO() as file:
        async with fetching(server) as fetcher:
            answer = await fetcher.download(f"http://blog:{server.port}/a.png", file, 4000)
            assert (answer.headers["content-type"], answer.body) == ("image/png", b"")
            assert file.getvalue() == b"\x89PNG" * 1000
            with pytest.raises(FetchRefused):
                await fetcher.download(f"http://blog:{server.port}/a.png", file, 3999)
            with pytest.raises(FetchFailed, match="404"):
                await fetcher.download(f"http://blog:{server.port}/gone", file, 4000)
        assert file.getvalue() == b"\x89PNG" * 1000


async def test_a_download_may_last_as_long_as_the_caller_says(server: Server) -> None:
    server.answers["/"] = drop_by_drop
    with io.BytesIO() as file:
        async with fetching(server) as fetcher, asyncio.timeout(5):
            with pytest.raises(FetchFailed, match=r"longer than 0\.1 seconds"):
                await fetcher.download(f"http://blog:{server.port}/", file, 4000, seconds=0.1)
        assert len(file.getvalue()) < 1000


async def test_the_head_alone_can_be_asked_for(server: Server) -> None:
    server.answers["/"] = b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n"
    async with fetching(server) as fetcher:
        answer = await fetcher.fetch(f"http://blog:{server.port}/", method="HEAD")
    assert (answer.headers["content-length"], answer.body) == ("5000000", b"")


async def test_few_ask_one_host_at_the_same_time_and_waiting_is_nobodys_fault(server: Server) -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)
        writer.write(OK)

    server.answers["/"] = slowly
    async with fetching(server, at_once_per_host=1, seconds=1) as fetcher:
        urls = [f"http://{host}:{server.port}/" for host in ["blog"] * 12 + ["other"]]
        answers = await asyncio.gather(*map(fetcher.fetch, urls))
        assert not fetcher._turns._hosts  # noqa: SLF001 - what is kept must not grow
    assert len(answers) == 13
    assert server.most_under_way <= 2


async def test_proxies_of_the_environment_are_not_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with fetching(server) as fetcher:
        assert (await fetcher.fetch(f"http://blog:{server.port}/")).status == 200


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, and a certificate for `blog` alone."""
    path = tmp_path_factory.mktemp("tls") / "blog.pem"
    making = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=blog", "-addext", "subjectAltName=DNS:blog"]
    subprocess.run(
        [find("openssl"), *making, *names, "-keyout", path, "-out", path.with_suffix(".crt")],
        check=True,
        capture_output=True,
    )
    return path


async def test_a_certificate_is_held_against_the_name_and_not_the_address(certificate: Path) -> None:
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate.with_suffix(".crt"), certificate)
    told: list[str] = []
    ours.sni_callback = lambda _, name, __: told.append(name)
    theirs = ssl.create_default_context(cafile=certificate.with_suffix(".crt"))
    async with serving(ours) as server:
        async with fetching(server, tls=theirs) as fetcher:
            assert (await fetcher.fetch(f"https://blog:{server.port}/")).body == b"hello"
            assert "certificate" in await failed(fetcher, f"https://other:{server.port}/")
        async with fetching(server) as fetcher:
            assert "certificate" in await failed(fetcher, f"https://blog:{server.port}/")
    assert told == ["blog", "other", "blog"]
    assert len(server.requests) == 1


async def test_the_beginning_of_an_answer_is_had_however_long_it_is() -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 404 Not Found\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    bomb = gzip.compress(b"y" * 10_000_000)
    async with serving() as server, fetching(server) as fetcher:
        server.answers |= {
            "/": body(b"hello, world"),
            "/endless": endless,
            "/bomb": body(bomb, "Content-Encoding: gzip"),
        }
        at = f"http://blog:{server.port}"
        assert (await fetcher.fetch(f"{at}/", most_bytes=5, cut=True)).body == b"hello"
        assert (await fetcher.fetch(f"{at}/", most_bytes=50, cut=True)).body == b"hello, world"
        fetched = await fetcher.fetch(
            f"{at}/endless", most_bytes=100_000, headers={"accept": "text/html"}, cut=True
        )
        assert (fetched.status, len(fetched.body)) == (404, 100_000)
        assert b"accept: text/html" in server.requests[-1].lower()
        assert (await fetcher.fetch(f"{at}/bomb", most_bytes=1000, cut=True)).body == b"y" * 1000
