"""Pages that a post links to are told so, once, and told again when that has changed."""

import asyncio
import xmlrpc.client
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jobs import Bookkeeping, open_bookkeeping
from models import DeliveryStatus, Job, OutgoingLinkback, Post, PostKind
from resolvers import outgoing_linkbacks, posts
from resolvers.due_posts import publish_due
from runtime.background import cancel_and_wait
from server.background import linkback_sender
from server.background.linkback_pace import Pace
from storage import Database, unit_of_work
from tests import factories
from tests.jobs.web import Server, body, redirect, serving
from tests.linkbacks.pages import CASES, Case
from tests.resolvers.authors import changed, written
from tests.resolvers.rows import viewing
from tests.server.background.linkbacks import (
    PUBLISHED,
    SITE,
    THANKS,
    Site,
    html,
    outcomes,
    posted,
    site,
    taking,
)


@pytest.fixture
async def books(database: Database) -> AsyncIterator[Bookkeeping]:
    async with open_bookkeeping(database) as books:
        yield books


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving() as server:
        server.answers = {"/a": taking(), "/b": taking(), "/plain": html("Hello"), "/told": THANKS}
        yield server


@pytest.fixture
async def blog(books: Bookkeeping, server: Server) -> AsyncIterator[Site]:
    async with site(books, server) as blog:
        yield blog


def source(post: Post) -> str:
    return f"{SITE}/posts/{post.slug}"


async def test_a_page_is_told_when_a_post_that_links_to_it_is_published(blog: Site, server: Server) -> None:
    draft = await written(body=blog.links("/a", "/plain", "/a#part") + f" [own]({SITE}/posts/x)")
    await blog.work()
    assert server.requests == []
    assert await Job.all().count() == 0
    await posts.publish_post(viewing(await draft.author), f"post_{draft.id}")
    await blog.work()
    assert posted(server) == [{"source": source(draft), "target": blog.url("/a")}]
    assert await outcomes(draft) == [("/a", "WEBMENTION", "SENT", True), ("/plain", None, "GIVEN_UP", True)]
    told, plain = await OutgoingLinkback.all().order_by("id")
    assert [told.attempts, told.error, told.endpoint] == [1, None, blog.url("/told")]
    assert (plain.attempts, plain.error) == (1, "The page takes no linkbacks.")
    assert told.last_tried_at is not None
    assert await blog.books.entries() == []


async def test_who_asks_says_so(blog: Site, server: Server) -> None:
    await blog.publish("/a")
    asked, told = (request.decode().lower() for request in server.requests)
    assert asked.startswith("get /a ")
    assert "accept: text/html" in asked
    assert f"(+{SITE})" in told
    assert "content-type: application/x-www-form-urlencoded\r\n" in told


async def test_a_scheduled_post_tells_when_its_time_has_come(blog: Site, server: Server) -> None:
    at = datetime.now(UTC) + timedelta(hours=1)
    post = await blog.publish("/a", published_at=at)
    assert server.requests == []
    await publish_due(at - timedelta(seconds=1), at + timedelta(seconds=1))
    await blog.work()
    assert posted(server) == [{"source": source(post), "target": blog.url("/a")}]


async def test_the_cases_that_every_sender_is_tried_with(blog: Site, server: Server) -> None:
    origin = blog.url("")
    for number, case in enumerate(CASES, 1):
        page = html(case.html.replace("ORIGIN", origin), *(_header(each, origin) for each in case.headers))
        server.answers[f"/{number}"] = redirect(case.moved) if case.moved else page
        server.answers[case.moved or f"/{number}"] = page
        server.answers.setdefault(case.endpoint.partition("?")[0], THANKS)
    server.answers["/15"] = _page_and_endpoint(CASES[14])
    await blog.publish(*(f"/{number}" for number in range(1, len(CASES) + 1)))
    rows = await OutgoingLinkback.all().order_by("id")
    assert [row.endpoint for row in rows] == [blog.url(case.endpoint) for case in CASES]
    assert {row.status for row in rows} == {DeliveryStatus.SENT}
    assert sorted(form["target"] for form in posted(server)) == sorted(
        blog.url(f"/{number}") for number in range(1, len(CASES) + 1)
    )


def _header(value: str, origin: str) -> str:
    return f"LINK: {value.replace('ORIGIN', origin)}"


def _page_and_endpoint(case: Case) -> bytes:
    """It is its own endpoint, and answers both alike."""
    return html(case.html)


async def test_when_a_post_changes_those_it_links_to_and_those_it_did_are_told(
    blog: Site, server: Server
) -> None:
    """The two cases of updates: a link that is replaced, and one that stays beside a new one."""
    post = await blog.publish("/a")
    await blog.change(post, "/b")
    assert sorted(form["target"] for form in posted(server)) == [
        blog.url(each) for each in ("/a", "/a", "/b")
    ]
    assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", False), ("/b", "WEBMENTION", "SENT", True)]
    server.requests.clear()
    await blog.change(post, "/b", "/c-is-missing")
    assert [form["target"] for form in posted(server)] == [blog.url("/b")]
    server.requests.clear()
    await changed(post, title="Another", comments_open=False)
    await blog.work()
    assert server.requests == [], "nothing that they could see has changed"
    await blog.change(post, "/a", "/b")
    assert sorted(form["target"] for form in posted(server)) == [blog.url("/a"), blog.url("/b")]
    assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", True), ("/b", "WEBMENTION", "SENT", True)]


async def test_when_a_post_is_deleted_those_who_were_told_are_told(blog: Site, server: Server) -> None:
    """The case of a deletion; also where their page is there no more, and where it was not told in time."""
    post = await blog.publish("/a", "/b", "/plain")
    server.requests.clear()
    server.answers["/b"] = body(b"", status="410 Gone")
    await posts.delete_post(viewing(await post.author), f"post_{post.id}")
    await blog.work()
    assert sorted(form["target"] for form in posted(server)) == [blog.url("/a"), blog.url("/b")]
    assert {form["source"] for form in posted(server)} == {source(post)}
    assert await blog.books.entries() == []


async def test_a_post_that_is_deleted_while_a_page_is_told_tells_it_again(blog: Site, server: Server) -> None:
    post = await written(published_at=PUBLISHED, body=blog.links("/a"))
    author = viewing(await post.author)

    async def delete_first(writer: object) -> None:
        server.answers["/told"] = THANKS
        await posts.delete_post(author, f"post_{post.id}")
        writer.write(THANKS)  # type: ignore[attr-defined]

    server.answers["/told"] = delete_first
    await blog.work()
    assert posted(server) == [{"source": source(post), "target": blog.url("/a")}] * 2


async def test_a_post_that_is_changed_while_a_page_is_told_tells_it_again(blog: Site, server: Server) -> None:
    post = await written(published_at=PUBLISHED, body=blog.links("/a"))

    async def change_first(writer: object) -> None:
        server.answers["/told"] = THANKS
        await changed(post, body="More! " + blog.links("/a"))
        writer.write(THANKS)  # type: ignore[attr-defined]

    server.answers["/told"] = change_first
    await blog.work()
    assert len(posted(server)) == 2
    assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", True)]


async def test_a_post_that_is_withdrawn_tells_and_tells_again_when_it_is_back(
    blog: Site, server: Server
) -> None:
    post = await blog.publish("/a", "/plain")
    await changed(post, published_at=None)
    await blog.work()
    assert len(posted(server)) == 2
    assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", False)]
    await changed(post, published_at=PUBLISHED)
    await blog.work()
    assert len(posted(server)) == 3
    assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", True), ("/plain", None, "GIVEN_UP", True)]


async def test_who_knows_no_changes_is_told_once(blog: Site, server: Server) -> None:
    answer = xmlrpc.client.dumps(("Thanks",), methodresponse=True).encode()
    server.answers |= {"/a": html("x", f"X-Pingback: {blog.url('/xmlrpc')}"), "/xmlrpc": body(answer)}
    post = await blog.publish("/a", "/plain")
    (call,) = (request for request in server.requests if request.startswith(b"POST"))
    assert b"content-type: text/xml; charset=utf-8\r\n" in call.lower()
    parameters = xmlrpc.client.loads(call.partition(b"\r\n\r\n")[2])
    assert parameters == ((source(post), blog.url("/a")), "pingback.ping")
    server.requests.clear()
    for paths in (("/a", "/b"), ("/b",), ("/b", "/a")):
        await blog.change(post, *paths)
    assert all(b"/xmlrpc" not in request for request in server.requests)
    assert (await outcomes(post))[0] == ("/a", "PINGBACK", "SENT", True)


async def test_a_page_that_was_never_told_is_forgotten_with_its_link(blog: Site, server: Server) -> None:
    server.answers["/told"] = body(b"", status="503 Later")
    post = await blog.publish("/a", "/plain")
    assert [status for _, _, status, _ in await outcomes(post)] == ["FAILED", "GIVEN_UP"]
    await blog.change(post, body="No links.")
    assert await outcomes(post) == []
    server.requests.clear()
    await blog.retry()
    assert server.requests == []
    assert await blog.books.entries() == []


TRACKBACK = '<a rel="trackback" href="/tb{0}">Trackback</a>'
TAKEN = body(b"<response><error>0</error></response>", "Content-Type: text/xml")


async def test_trackbacks_to_one_host_wait_for_their_turn(blog: Site, server: Server) -> None:
    for number in range(3):
        server.answers |= {f"/{number}": html(TRACKBACK.format(number)), f"/tb{number}": TAKEN}
    post = await blog.publish("/0", "/1", "/2", title="Ça & là", excerpt="x" * 300)
    (form,) = posted(server)
    assert (form["title"], form["url"], form["blog_name"]) == ("Ça & là", source(post), "Causerie")
    assert len(form["excerpt"]) == 250
    assert sorted(status for _, _, status, _ in await outcomes(post)) == ["SENT", "WAITING", "WAITING"]
    entries = await blog.books.entries()
    assert [entry.attempts for entry in entries] == [0, 0], "who waits has not been tried"
    dues = sorted(entry.due for entry in entries if entry.due)
    assert timedelta(seconds=15.9) < dues[1] - dues[0] < timedelta(seconds=16.1)


async def test_a_turn_is_kept_for_who_was_told_of_it_and_hosts_do_not_wait_for_each_other() -> None:
    clock = 100.0
    pace = Pace(16, lambda: clock)
    assert [pace.wait("a", 1), pace.wait("a", 2), pace.wait("a", 3), pace.wait("b", 4)] == [0, 16, 32, 0]
    clock += 10
    assert [pace.wait("a", 3), pace.wait("a", 2), pace.wait("a", 5)] == [22, 6, 38]
    clock += 22
    assert [pace.wait("a", 2), pace.wait("a", 3), pace.wait("a", 5)] == [0, 0, 16]
    clock += 1000
    assert pace.wait("a", 6) == 0


async def test_a_failure_is_noted_once_and_all_the_rest_where_it_costs_no_kept_answer(
    sqlite_database: Database, server: Server
) -> None:
    server.answers["/told"] = body(b"", "Retry-After: 7200", status="429 Slow down")
    async with open_bookkeeping(sqlite_database) as books, site(books, server) as blog:
        post = await blog.publish("/a", "/b")
        version = sqlite_database.data_version()
        for _ in range(5):
            await blog.retry()
        assert len(posted(server)) == 12
        assert sqlite_database.data_version() == version
        assert [entry.attempts for entry in await books.entries()] == [6, 6]
        rows = await OutgoingLinkback.filter(post_id=post.id)
        assert [(row.status.value, row.attempts, row.error) for row in rows] == [
            ("FAILED", 1, "The endpoint answered 429.")
        ] * 2
        due = (await books.entries())[0].due
        assert due is not None
        assert due > datetime.now(UTC) + timedelta(seconds=7000), "as the other side has asked"


async def test_who_cannot_be_told_for_long_is_given_up_and_can_be_told_by_hand(
    blog: Site, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(linkback_sender, "ATTEMPTS", 1)
    server.answers["/told"] = body(b"", status="503 Later")
    async with site(blog.books, server) as impatient:
        post = await impatient.publish("/a")
        (entry,) = await impatient.books.entries()
        assert (entry.dead, entry.error) == (True, "The endpoint answered 503.")
        assert await outcomes(post) == [("/a", None, "GIVEN_UP", True)]
        server.answers["/told"] = THANKS
        await impatient.books.retry(entry.id)
        await impatient.work()
        assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", True)]
        assert await impatient.books.entries() == []


async def test_what_was_acknowledged_is_not_told_again_though_the_process_was_killed_just_then(
    blog: Site, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledged = asyncio.Event()

    async def get_no_further(*_: object) -> None:
        acknowledged.set()
        await asyncio.Event().wait()

    post = await written(published_at=PUBLISHED, body=blog.links("/a"))
    with monkeypatch.context() as broken:
        broken.setattr(outgoing_linkbacks, "note_sent", get_no_further)
        working = asyncio.create_task(blog.work())
        await acknowledged.wait()
        await cancel_and_wait(working)
        await blog.stop()
    assert len(posted(server)) == 1
    assert (await outcomes(post))[0][2] == "WAITING"
    async with site(blog.books, server) as again:
        await again.work()
    assert len(posted(server)) == 1
    assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", True)]


REFUSALS = {
    "refused": (taking(), body(b"no", status="400 Bad"), "The endpoint answered 400."),
    "no page": (body(b"", status="404 N"), THANKS, "127.0.0.1 answered 404."),
    "a page inside": (redirect("http://10.0.0.7/"), THANKS, linkback_sender.NOT_ASKED),
    "an endpoint inside": (taking("http://10.0.0.7/told"), THANKS, linkback_sender.NOT_ASKED),
    "an endpoint that redirects inside": (
        taking(),
        redirect("http://127.0.0.1:1/", 307),
        linkback_sender.NOT_ASKED,
    ),
}


@pytest.mark.parametrize(("page", "answer", "error"), REFUSALS.values(), ids=REFUSALS)
async def test_who_does_not_want_to_be_told_is_no_matter_of_the_jobs(
    blog: Site, server: Server, page: bytes, answer: bytes, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers |= {"/a": page, "/told": answer}
    post = await blog.publish("/a")
    (row,) = await OutgoingLinkback.filter(post_id=post.id)
    assert (row.status, row.error) == (DeliveryStatus.GIVEN_UP, error)
    assert (await blog.books.entries(), caplog.records) == ([], [])


@pytest.mark.parametrize("status", [301, 307, 308])
async def test_an_endpoint_that_has_moved_is_told_there(blog: Site, server: Server, status: int) -> None:
    server.answers |= {"/told": redirect("/moved", status), "/moved": THANKS}
    post = await blog.publish("/a")
    assert server.requests[-1].startswith(b"POST /moved ")
    assert posted(server)[-1] == {"source": source(post), "target": blog.url("/a")}
    assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", True)]


async def test_a_page_that_is_longer_than_one_wants_to_read_is_told(blog: Site, server: Server) -> None:
    server.answers["/a"] = html('<link rel="webmention" href="/told">' + "x" * 2**21)
    server.answers["/told"] = body(b"x" * 2**20, status="201 Created")
    post = await blog.publish("/a")
    assert await outcomes(post) == [("/a", "WEBMENTION", "SENT", True)]


@pytest.mark.parametrize(
    ("settings", "sends"),
    [
        ({"send_linkbacks": False}, False),
        ({"site_url": ""}, False),
        ({"site_url": "http://192.168.1.5:8000"}, False),
        ({"site_url": "http://blog.lan"}, False),
        ({"site_url": "https://intranet"}, False),
        ({"site_url": "https://intranet", "fetch_hosts": "intranet,127.0.0.1:{port}"}, True),
        ({"site_url": "https://blog.example.org:8443"}, True),
        ({"site_url": "https://93.184.216.34"}, True),
    ],
)
async def test_a_site_that_nobody_could_look_at_tells_nobody(
    books: Bookkeeping, server: Server, settings: dict[str, Any], sends: bool
) -> None:
    hosts = str(settings.get("fetch_hosts", "127.0.0.1:{port}")).format(port=server.port)
    async with site(books, server, **{**settings, "fetch_hosts": hosts}) as blog:
        post = await blog.publish("/a")
        assert (len(posted(server)), len(await outcomes(post))) == ((1, 1) if sends else (0, 0))
        assert await books.entries() == []


@pytest.mark.usefixtures("sqlite_database")
async def test_a_page_of_another_site_tells_nobody() -> None:
    look_later = unit_of_work(outgoing_linkbacks.look_later)
    await look_later([await factories.post(kind=PostKind.EXTERNAL)])
    assert await Job.all().count() == 0
    await look_later([await factories.post(kind=PostKind.PAGE)])
    assert await Job.all().count() == 1
