"""Pages that are said to link here are looked at, and what they are decides about their linkbacks."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from jobs import Attempt, JobWorker, open_bookkeeping
from linkbacks.source_words import Words
from models import (
    CommentEvent,
    CommentStatus,
    Job,
    Linkback,
    LinkbackKind,
    LinkbackStatus,
    PathAlias,
    Post,
    PostSlug,
    Role,
)
from resolvers import counters, linkbacks
from resolvers.linkback_receipt import receive_mention, receive_trackback
from server.background.job_handlers import open_handlers
from server.background.linkback_sources import ATTEMPTS, MOST_BYTES
from server.config import policies
from server.config.environment import load_settings
from server.config.settings import Settings
from storage import Database
from tests import factories
from tests.jobs.web import Server, body, redirect, serving
from tests.resolvers.rows import viewing
from tests.transfer.importing.blogs import author, category, imported, linkback, post

MENTION, TRACKBACK, PINGBACK = LinkbackKind.WEBMENTION, LinkbackKind.TRACKBACK, LinkbackKind.PINGBACK
APPROVED, PENDING, REJECTED = LinkbackStatus.APPROVED, LinkbackStatus.PENDING, LinkbackStatus.REJECTED
HTML = "Content-Type: text/html; charset=utf-8"


def page(target: str, title: str = "Reply") -> bytes:
    return body(f"<title>{title}</title><p>See <a href='{target}'>this</a>.".encode(), HTML)


@dataclass
class Site:
    """A blog, a post of it, and another site."""

    database: Database
    other: Server
    settings: Settings
    post: Post

    @property
    def target(self) -> str:
        return f"https://blog.example/posts/{self.post.slug}"

    def source(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.other.port}{path}"

    async def mention(self, path: str = "/", kind: LinkbackKind = MENTION, target: str = "") -> bool:
        return await receive_mention(
            policies.policy(self.settings),
            kind,
            self.source(path),
            target or self.target,
            network="a",
            now=now(),
        )

    async def track(self, path: str = "/", **words: str) -> bool:
        policy, said = policies.policy(self.settings), Words(**words)
        return await receive_trackback(
            policy, f"post_{self.post.id}", self.source(path), said, network="a", now=now()
        )

    async def look(self) -> list[LinkbackStatus]:
        """What the linkbacks are when everything due has been looked into."""
        async with open_handlers(self.settings) as handlers, open_bookkeeping(self.database) as books:
            worker = JobWorker(books, handlers)
            await worker.run_due()
            await worker.stop()
        return await self.statuses()

    async def look_for_the_last_time(self) -> list[LinkbackStatus]:
        """What they are when nothing will be tried again."""
        async with open_handlers(self.settings) as handlers:
            for job in await Job.all():
                payload = json.loads(job.payload)
                await handlers[job.kind].run(Attempt(job.id, job.mark, job.kind, job.key, payload, ATTEMPTS))
        return await self.statuses()

    async def statuses(self) -> list[LinkbackStatus]:
        return [row.status for row in await Linkback.all().order_by("id")]

    async def events(self) -> list[tuple[int | None, bool]]:
        """What the log says, and whether everybody sees it then."""
        rows = await CommentEvent.filter(linkback_id__isnull=False).order_by("position")
        return [(row.linkback_id, row.status_after == CommentStatus.APPROVED) for row in rows]


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def blog(database: Database, **more: Any) -> AsyncIterator[Site]:
    async with serving() as other:
        settings = load_settings(
            database=database.location.shown,
            site_url="https://blog.example",
            fetch_hosts=f"127.0.0.1:{other.port}",
            **{"linkbacks": "open", "linkbacks_per_network": 500, "linkbacks_per_post": 500} | more,
        )
        post = await factories.post()
        await PostSlug.get_or_create(slug=post.slug, post_id=post.id)
        yield Site(database, other, settings, post)


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    async with blog(database) as site:
        yield site
        assert (await counters.recount())["linkbacks"] == 0


@pytest.fixture
async def sqlite_site(sqlite_database: Database) -> AsyncIterator[Site]:
    async with blog(sqlite_database) as site:
        yield site
        assert (await counters.recount())["linkbacks"] == 0


async def counted(site: Site) -> tuple[int, int]:
    await site.post.refresh_from_db()
    return site.post.linkback_count, site.post.trackback_count


async def test_a_link_that_is_there_makes_a_linkback_public_and_counted(site: Site) -> None:
    site.other.answers["/"] = page(site.target)
    assert await site.mention()
    assert await counted(site) == (0, 0)
    assert await site.look() == [APPROVED]
    (row,) = await Linkback.all()
    assert (row.title, row.excerpt, row.author_name) == ("Reply", "See this.", None)
    assert row.verified_at is not None
    assert row.target_url == site.target
    assert await counted(site) == (1, 0)
    assert await site.events() == [(row.id, True)]
    assert not await Job.exists()


async def test_one_source_is_one_linkback_over_three_protocols(site: Site) -> None:
    site.other.answers["/"] = page(site.target)
    assert await site.track(title="Mine")
    assert not await site.mention(kind=PINGBACK)
    assert not await site.mention("/#fragment")
    assert await Job.all().count() == 1
    assert await site.look() == [APPROVED]
    await site.mention()
    assert await site.look() == [APPROVED]
    (row,) = await Linkback.all()
    assert row.kind is TRACKBACK
    assert await counted(site) == (1, 1)
    assert await site.events() == [(row.id, True)]


async def test_a_trackback_has_the_words_of_its_sender(sqlite_site: Site) -> None:
    site = sqlite_site
    site.other.answers["/"] = page(site.target, "The page's")
    await site.track(title="A" * 300, excerpt="b\x00\u202ec\n\nd", site_name="", author_name="")
    await site.look()
    (row,) = await Linkback.all()
    assert row.title == "A" * 199 + "…"
    assert row.excerpt == "bc d"


async def test_nobody_gives_a_trackback_other_words_or_takes_it_off_the_page(
    sqlite_database: Database,
) -> None:
    for linkbacks_, status in (("open", APPROVED), ("held", PENDING)):
        async with blog(sqlite_database, linkbacks=linkbacks_) as site:
            site.other.answers["/"] = page(site.target, "The page's")
            await site.track(title="First")
            assert (await site.look())[-1] is status
            row = await Linkback.all().order_by("-id").first()
            assert row is not None
            moderator = viewing(await factories.user(role=Role.MODERATOR))
            await linkbacks.set_linkback_status(moderator, f"linkback_{row.id}", APPROVED)
            assert not await site.track(title="Cheap watches", excerpt="Buy")
            await site.look()
            await site.mention()
            await site.look()
            await row.refresh_from_db()
            assert (row.title, row.excerpt, row.status) == ("First", "See this.", APPROVED)


async def test_a_page_that_redirects_to_the_post_does_not_link_to_it(sqlite_site: Site) -> None:
    site = sqlite_site
    own = f"{site.source()}posts/{site.post.slug}"
    site.settings = site.settings.model_copy(update={"site_url": site.source().rstrip("/")})
    site.other.answers |= {"/short": redirect(own), f"/posts/{site.post.slug}": page(own)}
    await site.mention("/short", target=own)
    assert await site.look() == []
    assert site.other.paths == ["/short", f"/posts/{site.post.slug}"]


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
async def test_a_page_that_is_gone_takes_its_linkback_along(site: Site, status: str) -> None:
    site.other.answers |= {"/": page(site.target), "/never": body(b"", status=status)}
    await site.mention()
    await site.mention("/never")
    assert await site.look() == [APPROVED]
    (row,) = await Linkback.all()
    site.other.answers["/"] = body(page(site.target), HTML, status=status)
    await site.mention()
    assert await site.look() == []
    assert await counted(site) == (0, 0)
    assert await site.events() == [(row.id, True), (row.id, False)]


async def test_a_link_that_is_gone_takes_its_linkback_along(sqlite_site: Site) -> None:
    site = sqlite_site
    site.other.answers |= {"/": page(site.target), "/never": page("https://blog.example/")}
    await site.mention()
    await site.mention("/never")
    assert await site.look() == [APPROVED]
    site.other.answers["/"] = page("https://blog.example/posts/another")
    await site.mention()
    assert await site.look() == []
    assert await counted(site) == (0, 0)


async def test_a_page_that_cannot_be_fetched_is_tried_again_and_then_dropped(sqlite_site: Site) -> None:
    site = sqlite_site
    site.other.answers |= {"/": body(b"", status="503 Later"), "/known": page(site.target)}
    await site.mention()
    await site.mention("/known")
    assert await site.look() == [LinkbackStatus.VERIFYING, APPROVED]
    site.other.answers["/known"] = body(b"", status="500 Broken")
    await site.mention("/known")
    assert await site.look() == [LinkbackStatus.VERIFYING, APPROVED]
    assert await Job.all().count() == 2
    assert await site.look_for_the_last_time() == [APPROVED]
    assert await counted(site) == (1, 0)


@pytest.mark.parametrize("status", ["403 Forbidden", "451 Unavailable"])
async def test_a_page_that_is_refused_for_good_is_not_asked_again(sqlite_site: Site, status: str) -> None:
    sqlite_site.other.answers["/"] = body(b"", status=status)
    await sqlite_site.mention()
    assert await sqlite_site.look() == []
    assert sqlite_site.other.paths == ["/"]


async def test_of_a_long_page_as_much_is_searched_as_there_is_room_for(sqlite_site: Site) -> None:
    site, link = sqlite_site, f"<a href='{sqlite_site.target}'>x</a>".encode()
    filler = b" " * (MOST_BYTES - len(link))

    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n".encode() + link)
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    site.other.answers |= {
        "/": body(filler + link + filler, HTML),
        "/beyond": body(filler + b" " * 20 + link, HTML),
        "/endless": endless,
    }
    for path in ("/", "/beyond", "/endless"):
        await site.mention(path)
    assert await site.look() == [APPROVED, APPROVED]
    assert {row.source_url for row in await Linkback.all()} == {site.source("/"), site.source("/endless")}


async def test_redirects_and_charsets_are_followed(sqlite_site: Site) -> None:
    site = sqlite_site
    links = f"<base href='https://blog.example/posts/'><a href='{site.post.slug}'>"
    moved = f"<title>Élève</title><a href='/out'>x</a><a href='?post=1'>y</a>{links}".encode("latin-1")
    site.other.answers |= {
        "/": redirect("/new/place"),
        "/new/place": body(moved, "Content-Type: text/html; charset=ISO-8859-1"),
        "/inside": redirect("http://127.0.0.1:1/"),
    }
    await site.mention()
    await site.mention("/inside")
    assert await site.look() == [APPROVED]
    assert (await Linkback.get()).title == "Élève"


async def test_every_address_of_the_post_counts_and_none_of_others(sqlite_site: Site) -> None:
    site = sqlite_site
    await PostSlug.create(slug="before", post_id=site.post.id)
    await PathAlias.create(path="/2008/02/03/soupe é", post_id=site.post.id)
    other = await factories.post()
    await PostSlug.get_or_create(slug=other.slug, post_id=other.id)
    good = [
        "http://BLOG.example:443/posts/before/",
        "https://blog.example/2008/02/03/soupe%20%C3%A9/#c1",
        f"{site.target}?utm_source=x",
    ]
    bad = [
        f"https://blog.example/posts/{other.slug}",
        "https://other.example/posts/before",
        "https://blog.example:8443/posts/before",
    ]
    for number, target in enumerate([*good, *bad]):
        site.other.answers[f"/{number}"] = page(target)
        await site.mention(f"/{number}", target=good[number % 3])
    assert await site.look() == [APPROVED] * 3
    assert {row.source_url for row in await Linkback.all()} == {site.source(f"/{n}") for n in range(3)}


async def test_held_ones_wait_and_wait_again_when_their_words_change(database: Database) -> None:
    async with blog(database, linkbacks="held") as site:
        moderator = viewing(await factories.user(role=Role.MODERATOR))
        site.other.answers["/"] = page(site.target)
        await site.mention()
        assert await site.look() == [PENDING]
        (row,) = await Linkback.all()
        assert await counted(site) == (0, 0)
        await linkbacks.set_linkback_status(moderator, f"linkback_{row.id}", APPROVED)
        assert await counted(site) == (1, 0)
        await site.mention()
        assert await site.look() == [APPROVED]
        site.other.answers["/"] = page(site.target, "Cheap watches")
        await site.mention()
        assert await site.look() == [PENDING]
        assert await counted(site) == (0, 0)
        assert await site.events() == [(row.id, False), (row.id, True), (row.id, False)]


@pytest.mark.parametrize(("how", "times"), [("rejected", 4), ("spam", 4), ("deleted", 100)])
async def test_what_a_moderator_has_removed_stays_removed(site: Site, how: str, times: int) -> None:
    moderator = viewing(await factories.user(role=Role.MODERATOR))
    site.other.answers["/"] = page(site.target)
    await site.mention()
    await site.look()
    (row,) = await Linkback.all()
    if how == "deleted":
        await linkbacks.delete_linkback(moderator, f"linkback_{row.id}")
    else:
        await linkbacks.set_linkback_status(moderator, f"linkback_{row.id}", LinkbackStatus(how.upper()))
    removed = await Linkback.all().values()
    for number in range(times):
        assert not (await site.track(title="Again") if number % 2 else await site.mention())
    assert not await Job.exists()
    await site.look()
    assert await Linkback.all().values() == removed
    assert removed[0]["title"] == ("" if how == "deleted" else "Reply")
    assert await counted(site) == (0, 0)
    assert await site.events() == [(row.id, True), (row.id, False)]
    assert site.other.paths == ["/"]


async def test_one_rejected_while_it_is_looked_into_stays_so(sqlite_site: Site) -> None:
    site, moderator = sqlite_site, viewing(await factories.user(role=Role.MODERATOR))
    site.other.answers["/"] = page(site.target)
    await site.mention()
    (row,) = await Linkback.all()
    await linkbacks.set_linkback_status(moderator, f"linkback_{row.id}", REJECTED)
    assert await site.look() == [REJECTED]
    assert site.other.paths == []


async def test_a_post_that_was_deleted_has_none(sqlite_site: Site) -> None:
    sqlite_site.other.answers["/"] = page(sqlite_site.target)
    await sqlite_site.mention()
    await sqlite_site.post.delete()
    assert await sqlite_site.look() == []
    assert not await Job.exists()


async def test_one_that_came_with_an_import_is_known_again(sqlite_site: Site) -> None:
    site, at = sqlite_site, sqlite_site.source("/").replace("http", "HTTP")
    await imported([author(), category("kitchen"), post("1"), linkback("2", source_url=f"{at}#part")])
    site.post = await Post.get(linkback_count=1)
    assert not await site.mention()
    assert await Linkback.all().count() == 1
