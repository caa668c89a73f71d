"""The site's pages for those who come back: to what is new, to a draft, to a server that was away."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Route, expect

from tests.server.running import running
from tests.web.reading import (
    HELD,
    KEYSET,
    OPEN,
    Blog,
    Reader,
    comment,
    kill,
    reading,
    write,
)

HIDE = """hidden => {
    Object.defineProperty(document, 'hidden', {configurable: true, get: () => hidden});
    document.dispatchEvent(new Event('visibilitychange'));
}"""


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


def test_what_arrived_without_an_answer_is_written_once(chromium: Browser, blog: Blog) -> None:
    slug = "cancelling-a-task-is-a-conversation"

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    with reading(chromium, blog, "samuel") as reader:
        page = reader.open(f"/posts/{slug}")
        page.route("**/session/graphql", lose)
        write(page, "Was that heard?")
        expect(page.locator("#write .told")).to_contain_text("The server cannot be reached.")
        expect(comment(page, "Was that heard?")).to_have_count(1)
        page.unroute("**/session/graphql")
        page.reload()
        expect(page.locator("#write-body")).to_have_value("Was that heard?")
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#write-body")).to_have_value("")
        expect(page.locator(".comment.new, .comment.pending")).to_have_count(0)
        expect(comment(page, "Was that heard?").locator("> article")).to_be_focused()
        assert blog.said(slug, "Was that heard?") == 1
        assert all("Failed to load resource" in each for each in reader.complaints), reader.complaints
        reader.complaints.clear()


def test_tabs_that_nobody_looks_at_leave_the_connections_to_others_and_catch_up(
    chromium: Browser, blog: Blog
) -> None:
    path = "/posts/le-silence-au-travail-est-une-fonctionnalite"
    slug = path.rpartition("/")[2]
    with reading(chromium, blog) as reader:
        hidden = []
        for _ in range(6):
            hidden.append(reader.open(path))
            hidden[-1].evaluate(HIDE, True)
        page = reader.open(path)
        first = blog.say(slug, "The first.")
        expect(page.locator(f"#{first}")).to_have_count(1)
        first_missed = hidden[0]
        expect(first_missed.locator(f"#{first}")).to_have_count(0)
        asked: list[str] = []
        first_missed.on("request", lambda request: asked.append(request.url))
        first_missed.locator("#write-body").fill("Half a")
        page.close()
        replies = [blog.say(slug, f"Reply {number}", first) for number in range(30)]
        blog.delete(replies[0])
        first_missed.evaluate(HIDE, False)
        expect(first_missed.locator(f"#{first} > ol > .comment")).to_have_count(29)
        expect(first_missed.locator(".comment.new")).to_have_count(30)
        assert len(asked) < 10, "many at once are loaded as a page"
        first_missed.keyboard.type("")
        expect(first_missed.locator("#write-body")).to_have_value("Half a")


def test_who_is_signed_out_elsewhere_goes_on_reading_and_loses_no_text(chromium: Browser, blog: Blog) -> None:
    path = "/posts/" + KEYSET
    with reading(chromium, blog, "hannah") as hannah:
        page = hannah.open(path)
        page.locator("#write-body").fill("In my own name.")
        blog.sign_out("hannah")
        late = blog.say(KEYSET, "Said to a stranger.")
        expect(page.locator(f"#{late}")).to_have_count(1)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("alert")).to_contain_text("signed in or out")
        expect(page.locator("#write-body")).to_have_value("In my own name.")
        assert all("Failed to load resource" in each for each in hannah.complaints), hannah.complaints
        hannah.complaints.clear()


def test_a_server_that_is_killed_loses_nothing_and_says_nothing_twice(
    chromium: Browser, tmp_path: Path
) -> None:
    database, older = tmp_path / "killed.db", tmp_path / "older.db"
    contexts = [chromium.new_context(locale="en") for _ in range(2)]
    with running(f"sqlite://{database}", "--demo", **OPEN) as server:
        with closing(sqlite3.connect(database)) as now, closing(sqlite3.connect(older)) as then:
            now.backup(then)
        port = str(httpx.URL(server.url).port)
        a, b = [Reader(context, server.url).open(f"/posts/{KEYSET}") for context in contexts]
        write(a, "Before.", "Ada")
        expect(comment(b, "Before.")).to_have_count(1)
        kill(server)
        write(a, "Meanwhile.")
        expect(a.locator("#write .told")).to_contain_text("The server cannot be reached.")
        expect(a.locator("#write-body")).to_have_value("Meanwhile.")
        expect(a.locator(".comment.pending")).to_have_count(0)
    with (
        running(f"sqlite://{database}", "--demo", "--port", port, **OPEN) as server,
        httpx.Client() as client,
    ):
        missed = Blog(server, client).say(KEYSET, "Missed by all.")
        a.get_by_role("button", name="Send").click()
        for page in (a, b):
            for text in ("Before.", "Missed by all.", "Meanwhile."):
                expect(comment(page, text)).to_have_count(1)
        b.locator("#write-body").fill("Half a sentence")
        kill(server)
    for path in tmp_path.glob("killed.db*"):
        path.unlink()
    older.rename(database)
    with (
        running(f"sqlite://{database}", "--demo", "--port", port, **HELD) as server,
        httpx.Client() as client,
    ):
        today = Blog(server, client).say(KEYSET, "After all that.")
        for page in (a, b):
            expect(comment(page, "After all that.")).to_have_count(1)
            expect(comment(page, "Missed by all.")).to_have_count(0)
        assert today <= missed
        expect(b.locator("#write-body")).to_have_value("Half a sentence")
        write(b, "A whole sentence", "Béa")
        expect(b.locator("#write .told")).to_contain_text("waits for a moderator")
        expect(b.locator("#write-body")).to_have_value("")
        expect(b.locator(".comment.pending")).to_have_count(0)
    for context in contexts:
        context.close()
