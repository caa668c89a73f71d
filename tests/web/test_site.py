"""The site's pages with their script, in a real browser: live, undisturbed, and with nothing lost."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

import web
from tests.server.conftest import CHEAP
from tests.server.graphql_client import DEMO
from tests.server.running import Server, running
from tests.tools import find, missing
from tests.web.test_graphiql import FLAGS

PATIENCE = 20_000
OPEN = {**CHEAP, "guests": "open", "guest_comments_per_window": 1000}
SIGN_IN = """mutation ($email: String!, $password: String!) {
    signIn(input: {email: $email, password: $password}) { token error { message } } }"""
ADD = """mutation ($input: AddCommentInput!) {
    addComment(input: $input) { comment { id } error { message } } }"""
EDIT = """mutation ($id: ID!, $body: String!) {
    editComment(input: {id: $id, body: $body}) { comment { id } error { message } } }"""
DELETE = "mutation ($id: ID!) { deleteComment(id: $id) { deletedId error { message } } }"
DECIDE = """mutation ($id: ID!, $status: CommentStatus!) {
    setCommentStatus(input: {id: $id, status: $status}) { comment { id } error { message } } }"""
CALLED = """query ($slug: String!) {
    post(by: {slug: $slug}) { id comments(first: 100, flat: true) { nodes { body } } } }"""
KEPT_PAGES = ["--disable-back-forward-cache"]
"""What playwright switches off, and readers have."""
ELSEWHERE = "blog.example"
"""A name that browsers do not trust without TLS, as they trust localhost."""
HOSTS = f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
    document.dispatchEvent(new Event('visibilitychange'));
}"""
KEYSET = "keyset-paging-or-why-page-500-is-slow"


@dataclass
class Blog:
    """A server, and what people do there by its API."""

    server: Server
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, query: str, who: str | None = None, **variables: Any) -> Any:
        headers = {"authorization": f"Bearer {self.token(who)}"} if who else {}
        asked = {"query": query, "variables": variables}
        answer = httpx.post(self.server.graphql, json=asked, headers=headers).json()
        assert "errors" not in answer, answer
        (payload,) = answer["data"].values()
        assert not payload.get("error"), payload
        return payload

    def token(self, who: str) -> str:
        if who not in self.tokens:
            self.tokens[who] = self.ask(SIGN_IN, email=f"{who}@example.org", password=DEMO)["token"]
        return self.tokens[who]

    def say(self, slug: str, body: str, parent: str | None = None, who: str = "marta") -> str:
        """The id of a new comment."""
        post = self.ask(CALLED, slug=slug)["id"]
        given = {"post": post, "body": body, "parent": parent}
        return str(self.ask(ADD, who, input=given)["comment"]["id"])

    def said(self, slug: str, body: str) -> int:
        """How many comments say this."""
        nodes = self.ask(CALLED, slug=slug)["comments"]["nodes"]
        return [node["body"] for node in nodes].count(body)

    def edit(self, id_: str, body: str, who: str = "marta") -> None:
        self.ask(EDIT, who, id=id_, body=body)

    def delete(self, id_: str, who: str = "marta") -> None:
        self.ask(DELETE, who, id=id_)

    def decide(self, id_: str, status: str) -> None:
        self.ask(DECIDE, "thomas", id=id_, status=status)


@dataclass
class Reader:
    """Somebody's browser, and what their pages complain of."""

    context: BrowserContext
    url: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """A page in a tab of its own."""
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: self.complaints.append(f"{message.text} {message.location}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.url + path)
        return page


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    path = tmp_path_factory.mktemp("live") / "causerie.db"
    with running(f"sqlite://{path}", "--demo", **OPEN) as server:
        yield Blog(server)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not (web.BUILT / "site.js").exists():
        missing("The site's scripts are not built: make web")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find("chromium"), args=[*FLAGS[:-1], HOSTS], ignore_default_args=KEPT_PAGES
        )
        yield browser
        browser.close()


@contextmanager
def reading(
    chromium: Browser, blog: Blog, who: str | None = None, host: str = "127.0.0.1", **options: Any
) -> Iterator[Reader]:
    """Somebody who reads; nothing that happens may make their browser complain."""
    url = blog.server.url.replace("127.0.0.1", host)
    settings = {"viewport": {"width": 800, "height": 600}, "locale": "en", **options}
    context = chromium.new_context(**settings)
    if who:
        context.add_cookies([{"name": "causerie", "value": blog.token(who), "url": url}])
    reader = Reader(context, url)
    yield reader
    context.close()
    assert reader.complaints == []


def comment(page: Page, text: str) -> Locator:
    """The one that says this itself, not below it."""
    body = page.locator(".comment-body", has_text=text)
    return page.locator(".comment").filter(has=page.locator(":scope > article").filter(has=body))


def write(page: Page, text: str, name: str | None = None) -> None:
    page.locator("#write-body").fill(text)
    if name:
        page.locator("#write-name").fill(name)
    page.get_by_role("button", name=re.compile("^(Send|Envoyer)$")).click()


def top_of(item: Locator) -> float:
    return float(item.evaluate("item => item.getBoundingClientRect().top"))


def test_what_one_writes_the_other_reads_at_once(chromium: Browser, blog: Blog) -> None:
    path = f"/posts/{KEYSET}"
    with reading(chromium, blog) as ada, reading(chromium, blog, locale="fr", host=ELSEWHERE) as bea:
        a, b = ada.open(path), bea.open(path)
        assert b.evaluate("crypto.randomUUID") is None
        before = int((a.locator("#comments h2").inner_text()).split()[0])
        write(a, "A guest's **word**.", "Ada")
        mine = comment(a, "A guest's word.")
        expect(mine.locator("> article strong")).to_have_text("word")
        expect(mine.locator("> article")).to_be_focused()
        expect(a.locator("#write-body")).to_have_value("")
        theirs = comment(b, "A guest's word.")
        expect(theirs).to_have_count(1)
        expect(b.locator("#comments h2")).to_have_text(f"{before + 1} commentaires")
        expect(b.locator("main header a[href$='#comments']")).to_have_text(f"{before + 1} commentaires")

        theirs.locator("> article a.reply").click()
        expect(b.locator("#write-body")).to_be_focused()
        write(b, "Une réponse.", "Béa")
        answer = comment(a, "Une réponse.")
        expect(answer).to_have_count(1)
        assert answer.evaluate("item => item.parentElement.closest('.comment').id") == mine.get_attribute(
            "id"
        )
        expect(answer.locator("> article .badge", has_text="New")).to_have_count(1)
        answer.locator("> article a.reply").click()
        write(a, "And the third.")
        third = comment(b, "And the third.")
        expect(third).to_have_attribute("data-depth", "2")
        expect(a.locator(".comment.new")).to_have_count(1)
        expect(b.locator(".comment.pending, .comment.new")).to_have_count(2)
        for page in (a, b):
            page.reload()
            depths = [each.get_attribute("data-depth") for each in page.locator("#comments .comment").all()][
                -3:
            ]
            assert depths == ["0", "1", "2"], "the page has them where they came live"


def test_what_is_edited_deleted_or_rejected_is_so_on_open_pages(chromium: Browser, blog: Blog) -> None:
    slug = "a-live-comment-thread-with-no-framework"
    with reading(chromium, blog, "marta") as marta, reading(chromium, blog) as guest:
        m, g = marta.open(f"/posts/{slug}"), guest.open(f"/posts/{slug}")
        first = blog.say(slug, "The first.")
        second = blog.say(slug, "The second.", first, who="thomas")
        third = blog.say(slug, "The third.", second)
        alone = blog.say(slug, "Alone.")
        for page in (m, g):
            expect(page.locator(f"#{first} > ol > li > ol > #{third}")).to_have_count(1)
        expect(m.locator(f"#{first} > article > .acts a")).to_have_text(["Reply", "Edit", "Delete"])
        expect(g.locator(f"#{first} > article > .acts a")).to_have_text(["Reply"])
        expect(m.locator(".comment.new")).to_have_count(1)
        expect(m.locator(f"#{second}.new > article > header > .badge", has_text="New")).to_have_count(1)
        expect(g.locator(".comment.new")).to_have_count(4)
        expect(g.get_by_role("status").filter(has_text="new comment")).to_have_count(1)

        g.locator(f"#{first} > article a.reply").focus()
        blog.edit(first, "The first, said better.")
        for page in (m, g):
            expect(page.locator(f"#{first} > article .comment-body")).to_have_text("The first, said better.")
            expect(page.locator(f"#{third}")).to_have_count(1)
        expect(g.locator(f"#{first} > article a.reply")).to_be_focused()

        blog.delete(alone)
        blog.delete(first)
        for page in (m, g):
            expect(page.locator(f"#{first} > article .gone")).to_have_count(1)
            expect(page.locator(f"#{third}")).to_have_count(1)
            expect(page.locator(f"#{alone}")).to_have_count(0)

        m.locator(f"#{third} > article a.reply").click()
        m.keyboard.type("I had so much to say")
        blog.decide(second, "REJECTED")
        for page in (m, g):
            expect(page.locator(f"#{second}, #{third}")).to_have_count(0)
        m.keyboard.type(" to you.")
        expect(m.locator("#write-body")).to_have_value("I had so much to say to you.")
        expect(m.locator("#comments").get_by_text("is not there any more")).to_have_count(1)
        m.get_by_role("button", name="Send").click()
        kept = comment(g, "I had so much to say to you.")
        expect(kept).to_have_count(1)
        expect(m.locator(".gone-from-here")).to_have_count(0)
        blog.decide(second, "APPROVED")
        for page in (m, g):
            expect(page.locator(f"#{second}")).to_have_count(1)
        for page in (m, g):
            shown = [each.get_attribute("id") for each in page.locator("#comments .comment").all()]
            told = page.locator("#comments h2").inner_text()
            page.reload()
            assert shown == [each.get_attribute("id") for each in page.locator("#comments .comment").all()]
            assert told == page.locator("#comments h2").inner_text()


def test_what_one_reads_and_writes_stays_where_it_is(chromium: Browser, blog: Blog) -> None:
    slug = "what-a-works-council-reads-in-your-dashboard"
    long = "\n\n".join(f"Paragraph {number} of many." for number in range(6))
    roots = [blog.say(slug, f"{long} {number}") for number in range(4)]
    with reading(chromium, blog) as reader:
        page = reader.open(f"/posts/{slug}")
        here = page.locator(f"#{roots[2]} > article .comment-body p").nth(2)
        here.evaluate("line => line.scrollIntoView({block: 'start', behavior: 'instant'})")
        page.mouse.wheel(0, 37)
        page.wait_for_function("scrollY === scrollY")
        page.wait_for_timeout(300)
        before = top_of(here)
        above = blog.say(slug, long, roots[0])
        expect(page.locator(f"#{above}")).to_have_count(1)
        assert top_of(here) == pytest.approx(before, abs=1)
        below = blog.say(slug, long)
        inside = blog.say(slug, long, roots[2])
        blog.edit(roots[1], f"{long}\n\n{long}")
        expect(page.locator(f"#{roots[1]} > article p", has_text="Paragraph 3")).to_have_count(2)
        expect(page.locator(f"#{below}, #{inside}")).to_have_count(2)
        assert top_of(here) == pytest.approx(before, abs=1)
        blog.delete(above)
        expect(page.locator(f"#{above}")).to_have_count(0)
        page.wait_for_timeout(300)
        assert top_of(here) == pytest.approx(before, abs=1)

        page.locator(f"#{roots[3]} > article a.reply").click()
        field = page.locator("#write-body")
        page.keyboard.type("Half a sentence")
        field.evaluate("field => field.setSelectionRange(5, 8)")
        page.wait_for_timeout(300)
        before = top_of(field)
        again = blog.say(slug, long, roots[0])
        expect(page.locator(f"#{again}")).to_have_count(1)
        blog.decide(roots[3], "REJECTED")
        expect(page.locator(f"#{roots[3]}")).to_have_count(0)
        assert top_of(field) == pytest.approx(before, abs=1)
        assert field.evaluate("field => [field.selectionStart, field.selectionEnd]") == [5, 8]
        page.keyboard.type("of a")
        expect(field).to_have_value("Half of a sentence"[:5] + "of a" + "Half a sentence"[8:])


def test_what_is_new_is_counted_marked_and_a_key_away(chromium: Browser, blog: Blog) -> None:
    slug = "vendre-a-l-etranger-la-tva-avant-le-logo"
    path = f"/posts/{slug}"
    with reading(chromium, blog) as reader, reading(chromium, blog, "julien") as julien:
        page = reader.open(path)
        other = julien.open(path)
        expect(page.locator(".comment.new")).to_have_count(0)
        page.goto(f"{reader.url}/")
        other.goto(f"{reader.url}/")
        for each in (page, other):
            each.wait_for_load_state("load")
            expect(each.locator(".new-count")).to_have_count(0)
        total = int(page.locator(f"a[href='{path}#comments']").inner_text().split()[0])
        first = blog.say(slug, "The first.")
        for each in (page, other):
            expect(each.locator(".new-count")).to_have_text("+1 new")
            expect(each.locator(f"a[href='{path}#comments']")).to_have_text(f"{total + 1} comments")
        page.evaluate(HIDE, True)
        second = blog.say(slug, "The second.")
        reply = blog.say(slug, "A reply.", first)
        expect(other.locator(".new-count")).to_have_text("+3 new")
        expect(page.locator(".new-count")).to_have_text("+1 new")
        page.evaluate(HIDE, False)
        expect(page.locator(".new-count")).to_have_text("+3 new")

        for each in (page, other):
            each.locator(f"a[href='{path}#comments']").click()
            expect(each.locator(".comment.new")).to_have_count(3)
            expect(each.get_by_role("button", name="3 new comments")).to_be_visible()
            for id_ in (first, reply, second, first):
                each.keyboard.press("n")
                expect(each.locator(f"#{id_} > article")).to_be_focused()
            for id_ in (reply, second, first):
                each.locator("button.to-new").click()
                expect(each.locator(f"#{id_} > article")).to_be_focused()
            each.locator("#write-body").focus()
            each.keyboard.press("n")
            expect(each.locator("#write-body")).to_have_value("n")
            each.locator("#write-body").fill("")
        with other.expect_response("**/session/graphql"):
            late = blog.say(slug, "While it is open.")
        for each in (page, other):
            expect(each.locator(f"#{late}.new")).to_have_count(1)
            expect(each.get_by_role("button", name="4 new comments")).to_be_visible()
            each.evaluate(
                "() => addEventListener('pageshow', ({persisted}) => { window.isKept = persisted; })"
            )
            each.locator(".site-title a").click()
            each.wait_for_url("**/")
            expect(each.locator(".new-count")).to_have_count(0)
            each.evaluate("history.back()")
            expect(each.locator("#comments")).to_be_visible()
            assert each.evaluate("window.isKept")
            expect(each.locator(f"#{late}")).to_have_count(1)
            expect(each.locator(".comment.new")).to_have_count(0)
            expect(each.locator("button.to-new")).to_be_hidden()


def test_drafts_stay_until_they_are_sent(chromium: Browser, blog: Blog) -> None:
    slug = "closing-a-product-politely"
    with reading(chromium, blog) as reader:
        page = reader.open(f"/posts/{slug}")
        root = page.locator("#comments .comment").first
        root.locator("> article a.reply").click()
        page.keyboard.type("A long thought")
        page.close()
        page = reader.open(f"/posts/{slug}")
        field = page.locator("#write-body")
        expect(field).to_have_value("A long thought")
        assert page.locator(".comment #write").count() == 1
        other = reader.open("/posts/" + KEYSET)
        expect(other.locator("#write-body")).to_have_value("")
        other.close()
        page.keyboard.press("Escape")
        field.focus()
        page.keyboard.press("Escape")
        assert page.locator(".comment #write").count() == 0
        page.locator("#write-name").fill("Ada")
        page.get_by_role("button", name="Preview").click()
        expect(page.locator(".preview")).to_contain_text("A long thought")
        page.goto(f"{reader.url}/posts/{slug}")
        expect(field).to_have_value("A long thought")
        page.locator("#write-name").fill("Ada")
        page.locator("[name=remember]").check()
        page.get_by_role("button", name="Send").click()
        mine = comment(page, "A long thought")
        expect(mine).to_have_count(1)
        expect(page.locator("#write-name")).to_have_value("Ada")
        expect(field).to_have_value("")
        expect(page.locator(".comment.new")).to_have_count(0)
        page.reload()
        expect(field).to_have_value("")
        write(page, "Without a page between.")
        expect(comment(page, "Without a page between.").locator("> article")).to_be_focused()
        page.reload()
        expect(field).to_have_value("")
        assert blog.said(slug, "A long thought") == blog.said(slug, "Without a page between.") == 1


def test_a_server_that_is_killed_loses_nothing_and_says_nothing_twice(
    chromium: Browser, tmp_path: Path
) -> None:
    slug, database = KEYSET, f"sqlite://{tmp_path / 'killed.db'}"
    with ExitStack() as stack:
        with running(database, "--demo", **OPEN) as server:
            blog = Blog(server)
            port = httpx.URL(server.url).port
            contexts = [chromium.new_context(locale="en") for _ in range(2)]
            a, b = [Reader(context, server.url).open(f"/posts/{slug}") for context in contexts]
            write(a, "Before.", "Ada")
            expect(comment(b, "Before.")).to_have_count(1)
            for pid in (server.process.pid, *server.workers()):
                os.kill(pid, signal.SIGKILL)
            server.process.wait()
            write(a, "Meanwhile.")
            expect(a.locator("#write .told")).to_contain_text("The server cannot be reached.")
            expect(a.locator("#write-body")).to_have_value("Meanwhile.")
            expect(a.locator(".comment.pending")).to_have_count(0)
        again = stack.enter_context(running(database, "--demo", "--port", str(port), **OPEN))
        blog = Blog(again)
        missed = blog.say(slug, "Missed by all.")
        a.get_by_role("button", name="Send").click()
        for page in (a, b):
            expect(page.locator(f"#{missed}")).to_have_count(1)
            expect(comment(page, "Meanwhile.")).to_have_count(1)
            expect(comment(page, "Before.")).to_have_count(1)
