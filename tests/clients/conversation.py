"""A long conversation on a page of docs/clients.md, and what the page should show at every turn of it.

The pages of all libraries have the same view, so they all go through the same conversation.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Locator, Page, Route, WebSocket, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.clients import pages
from tests.clients.lives import DECIDE, DELETE, EDIT, Lives, alive
from tests.server.graphql_client import DEMO
from tests.server.running import Server

POST = "post_22"
EXPECTED = ["net::ERR", "Invalid undefined"]
"""That nobody answered is the tests' own doing; what Graphcache means, the document says."""
ALL = """
    { post(by: { id: "post_22" }) { commentCount comments(first: 100, flat: true, orderBy: OLDEST) {
        nodes { id deleted bodyHtml parent { id } } pageInfo { hasNextPage } } } }
"""
SHOWN = """
    () => [...document.querySelectorAll("li[id]")].map((li) => [
        li.id, li.parentElement.closest("li")?.id ?? null,
        li.querySelector(":scope > i") !== null, li.querySelector(":scope > div").innerHTML])
"""
SAME = f"""
    ([wanted, count]) => document.querySelector("#count")?.textContent === count
        && JSON.stringify(({SHOWN})().sort()) === JSON.stringify(wanted.sort())
"""


@dataclass
class Conversation:
    """A page and the server that it looks at."""

    page: Page
    blog: Lives
    database: Path
    heard: list[str] = field(default_factory=list)
    """The cursors of the events that came over sockets."""

    complaints: list[str] = field(default_factory=list)
    """What the libraries warned of."""

    def read(self, message: ConsoleMessage) -> None:
        if message.type in ("warning", "error") and not any(it in message.text for it in EXPECTED):
            self.complaints.append(message.text)

    def listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._note)

    def _note(self, frame: str | bytes) -> None:
        data = json.loads(frame).get("payload", {}).get("data") or {}
        if "commentFeed" in data:
            self.heard.append(data["commentFeed"]["cursor"])

    def is_right(self, who: str | None = None) -> None:
        """Wait for the page to show each comment that its viewer sees, once, in its place, and the count."""
        post = self.blog.ask(ALL, who)["post"]
        assert not post["comments"]["pageInfo"]["hasNextPage"]
        wanted = [
            [it["id"], it["parent"] and it["parent"]["id"], it["deleted"], it["bodyHtml"]]
            for it in post["comments"]["nodes"]
        ]
        count = str(post["commentCount"])
        try:
            self.page.wait_for_function(SAME, arg=[wanted, count])
        except PlaywrightTimeout:
            shown = self.page.evaluate(SHOWN)
            wrong = [it for it in shown if it not in wanted or shown.count(it) > 1]
            missing = [it for it in wanted if it not in shown]
            number = self.page.locator("#count").text_content()
            raise AssertionError(f"wrong {wrong}, missing {missing}, {number} for {count}") from None

    def of(self, id_: str) -> Locator:
        return self.page.locator(f"#{id_}")

    def named(self, body: str) -> str:
        """The id of the one comment with this text, as soon as the server has answered."""
        found = self.page.locator("li[id^=comment_]").filter(
            has=self.page.locator(":scope > div", has_text=body)
        )
        expect(found).to_have_count(1)
        id_ = found.get_attribute("id")
        assert id_ is not None
        return id_

    def press(self, id_: str, button: str) -> None:
        self.of(id_).locator(":scope > button", has_text=button).click()

    def write(self, body: str, under: str | None = None) -> None:
        place = self.page.locator("main") if under is None else self.of(under)
        form = place.locator(":scope > form", has=self.page.locator("textarea"))
        form.locator("textarea").fill(body)
        form.get_by_role("button").click()

    def sign_in(self, who: str) -> None:
        self.page.locator("[name=email]").fill(f"{who}@example.org")
        self.page.locator("[name=password]").fill(DEMO)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_role("button", name="Sign in")).to_be_visible()


@contextmanager
def begun(
    folder: Path, database_url: str, *sections: str, prepare: Callable[[Path, Server], None] | None = None
) -> Iterator[Conversation]:
    """The page that these sections of docs/clients.md make, on the sample blog and two pages of comments.

    `prepare` does what has to be done to the project before it is built.
    """
    named = pages.shared() | pages.files("".join(pages.sections()[section] for section in sections))
    project = folder / "project"
    with pages.hosted(project) as origin, alive(database_url, origin) as blog:
        pages.write(project, named, server=blog.server.url)
        if prepare is not None:
            prepare(project, blog.server)
        pages.build(project)
        for number in range(50):
            blog.comment("claire", POST, f"Number {number}")
        with pages.browsed() as page:
            conversation = Conversation(page, blog, Path(database_url.removeprefix("sqlite://")))
            page.on("websocket", conversation.listen)
            page.on("console", conversation.read)
            page.goto(origin)
            yield conversation
        assert not conversation.complaints, conversation.complaints


def hold(talk: Conversation) -> None:
    """Everything that may happen, in one conversation."""
    the_second_page_comes_while_others_write(talk)
    what_others_do_is_followed(talk)
    a_refusal_is_shown(talk)
    a_reader_signs_in_and_writes(talk)
    a_restart_loses_nothing(talk)
    an_answer_that_was_lost_makes_no_second_comment(talk)
    threads_are_deleted(talk)
    a_moderator_decides(talk)
    a_restored_backup_begins_anew(talk)


def the_second_page_comes_while_others_write(talk: Conversation) -> None:
    more = talk.page.get_by_role("button", name="More")
    expect(more).to_be_visible()

    def late(route: Route) -> None:
        """Others write and delete after the page was read and before it arrives."""
        response = route.fetch()
        with talk.blog.told_of_removal(POST, doomed):
            talk.blog.comment("claire", POST, "While the page is on its way")
            talk.blog.do(DELETE, "claire", id=doomed)
        route.fulfill(response=response)

    count = talk.page.locator("#count")
    before = int(count.text_content() or "")
    doomed = talk.blog.comment("claire", POST, "Gone before it is shown")
    expect(count).to_have_text(str(before + 1))
    talk.page.route("**/graphql", late, times=1)
    more.click()
    expect(more).to_have_count(0)
    talk.is_right()


def what_others_do_is_followed(talk: Conversation) -> None:
    first = talk.blog.comment("claire", POST, "Good morning")
    talk.blog.comment("thomas", POST, "Good evening", first)
    talk.is_right()
    talk.blog.do(EDIT, "claire", input={"id": first, "body": "Good *afternoon*"})
    talk.is_right()


def a_refusal_is_shown(talk: Conversation) -> None:
    """Also where nobody answers, and where nothing was written."""
    backoff = talk.page.locator("main output").first
    talk.page.route("**/graphql", lambda route: route.abort(), times=1)
    talk.page.get_by_role("button", name="Sign in").click()
    expect(backoff).to_contain_text("cannot be reached")
    talk.sign_in("julien")
    talk.page.route("**/graphql", lambda route: route.abort(), times=1)
    talk.page.get_by_role("button", name="Sign out").click()
    expect(backoff).to_contain_text("cannot be reached")
    talk.page.locator("main > form").get_by_role("button", name="Comment").click()
    expect(talk.page.locator("main > form output")).to_have_text("The body is empty.")


def a_reader_signs_in_and_writes(talk: Conversation) -> None:
    talk.page.get_by_role("button", name="More").click()
    talk.is_right("julien")
    talk.write("A question")
    question = talk.named("A question")
    talk.write("An answer to myself", question)
    talk.named("An answer to myself")
    talk.is_right("julien")
    elsewhere = talk.blog.comment("julien", POST, "From my telephone")
    expect(talk.of(elsewhere).locator(":scope > button", has_text="Delete")).to_be_visible()


def a_restart_loses_nothing(talk: Conversation) -> None:
    before = list(talk.heard)
    talk.blog.stop()
    talk.write("Written while nobody listened")
    expect(talk.page.locator("main > form output")).to_contain_text("cannot be reached")
    talk.blog.start(moderation="before")
    first = talk.blog.comment("thomas", POST, "The server is back")
    gone = talk.blog.comment("thomas", POST, "Never mind")
    talk.blog.comment("thomas", POST, "So it is", first)
    talk.blog.do(DELETE, "thomas", id=gone)
    talk.page.locator("main > form").get_by_role("button", name="Comment").click()
    mine = talk.named("Written while nobody listened")
    expect(talk.of(mine).locator(":scope > small")).to_have_text("waits for a moderator")
    talk.is_right("julien")
    assert len(set(talk.heard)) == len(talk.heard) > len(before)


def an_answer_that_was_lost_makes_no_second_comment(talk: Conversation) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    talk.page.route("**/graphql", lose, times=1)
    talk.write("Once only")
    expect(talk.page.locator("main > form output")).to_contain_text("cannot be reached")
    talk.page.locator("main > form").get_by_role("button", name="Comment").click()
    expect(talk.page.locator("main > form output")).to_have_text("")
    talk.named("Once only")
    talk.is_right("julien")


def threads_are_deleted(talk: Conversation) -> None:
    question, answer = talk.named("A question"), talk.named("An answer to myself")
    talk.press(question, "Delete")
    expect(talk.of(question).locator(":scope > i")).to_have_text("deleted")
    talk.is_right("julien")
    talk.press(answer, "Delete")
    expect(talk.of(question)).to_have_count(0)
    talk.is_right("julien")


def a_moderator_decides(talk: Conversation) -> None:
    talk.sign_out()
    talk.sign_in("thomas")
    talk.page.get_by_role("button", name="More").click()
    talk.is_right("thomas")
    waiting = talk.named("Once only")
    talk.press(waiting, "Approve")
    expect(talk.of(waiting).locator(":scope > small")).to_have_count(0)
    talk.is_right("thomas")
    back = talk.named("The server is back")
    talk.press(back, "Reject")
    expect(talk.of(back)).to_have_count(0)
    talk.is_right("thomas")
    talk.blog.do(DECIDE, "thomas", input={"id": back, "status": "APPROVED"})
    expect(talk.of(back)).to_have_count(1)
    talk.is_right("thomas")


def a_restored_backup_begins_anew(talk: Conversation) -> None:
    backup = talk.database.with_suffix(".backup")
    talk.blog.stop()
    shutil.copyfile(talk.database, backup)
    talk.blog.start()
    talk.blog.comment("claire", POST, "Soon forgotten")
    talk.is_right("thomas")
    talk.blog.stop()
    for path in talk.database.parent.glob(f"{talk.database.name}-*"):
        path.unlink()
    shutil.copyfile(backup, talk.database)
    talk.blog.start()
    talk.blog.comment("claire", POST, "Another history")
    talk.page.get_by_role("button", name="More").click()
    talk.is_right("thomas")
