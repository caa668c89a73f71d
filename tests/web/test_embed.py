"""The embed on pages of another site, in a real browser."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

import web
from resolvers.html import clean_comment_html
from tests import npm
from tests.clients.lives import Lives, alive
from tests.server.graphql_client import DEMO
from tests.tools import find
from tests.web.host import STYLE, Host, hosting
from tests.web.test_graphiql import FLAGS

AXE = Path(__file__).parent / "accessibility"
POST, OTHER = "keyset-paging-or-why-page-500-is-slow", "cancelling-a-task-is-a-conversation"
COUNTED = re.compile(r"^\d+ comment")
PATIENCE = 20_000
MOUNTS = """
async (times) => {
  const place = document.querySelector('main');
  for (let number = 0; number < times; number += 1) {
    const made = document.createElement('causerie-comments');
    made.setAttribute('post', 'POST');
    if (number % 100) place.append(made);
    else await new Promise((done) => { made.addEventListener('causerie-ready', done); place.append(made); });
    made.remove();
  }
}
""".replace("POST", POST)
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shifted += entry.value;
})).observe({ type: 'layout-shift', buffered: true });
"""


@dataclass
class Visitor:
    """Somebody with a browser of their own, and what it should not have said."""

    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    def opens(self, address: str) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.goto(address)
        return page


@dataclass
class Scene:
    """A host, the server, and a browser."""

    host: Host
    lives: Lives
    browser: Browser
    stack: ExitStack

    def visitor(self, **options: Any) -> Visitor:
        return Visitor(self.stack.enter_context(self.browser.new_context(**options)))

    def post(self, slug: str) -> str:
        asked = self.lives.ask("query ($slug: String!) { post(by: {slug: $slug}) { id } }", slug=slug)
        id_: str = asked["post"]["id"]
        return id_


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Host, Lives, Browser]]:
    database = f"sqlite://{tmp_path_factory.mktemp('embed') / 'causerie.db'}"
    many = {"guests": "open", "guest_comments_per_window": 1000, "stream_retry": "100ms"}
    with hosting() as host, alive(database, host.url, embed_origins=host.url, **many) as lives:
        host.server = lives.server.url
        with sync_playwright() as playwright:
            flags = [*FLAGS, "--js-flags=--expose-gc"]
            browser = playwright.chromium.launch(executable_path=find("chromium"), args=flags)
            yield host, lives, browser
            browser.close()


@pytest.fixture
def scene(started: tuple[Host, Lives, Browser]) -> Iterator[Scene]:
    expect.set_options(timeout=PATIENCE)
    host, lives, browser = started
    host.style, host.lang = STYLE, "en"
    with ExitStack() as stack:
        yield Scene(host, lives, browser, stack)


def saying(page: Page, text: str) -> Locator:
    """The comment with this text."""
    return page.locator("article", has_text=text).last


def say(page: Page, text: str, name: str = "Ann", form: Locator | None = None) -> None:
    form = form or page.locator("form").first
    form.get_by_role("textbox").first.fill(text)
    form.get_by_label("Name").fill(name)
    form.get_by_role("button", name="Send").click()


def audit(page: Page) -> list[str]:
    """What axe-core finds wrong."""
    page.evaluate((npm.packages(AXE) / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{each['id']}: {[node['html'] for node in each['nodes']]}" for each in found["violations"]]


def test_it_is_small() -> None:
    assert (web.BUILT / "embed.js.gz").stat().st_size <= 25_000


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_strict_page_has_nothing_to_complain_about_and_axe_finds_nothing(scene: Scene, scheme: Any) -> None:
    visitor = scene.visitor(color_scheme=scheme, viewport={"width": 320, "height": 640})
    count = f'<p><causerie-count post="{POST}"></causerie-count></p>'
    page = visitor.opens(scene.host.comments("/strict", count, post=POST))
    expect(page.get_by_role("heading", name="10 comments")).to_be_visible()
    expect(page.locator("causerie-count")).to_have_text("10 comments")
    page.get_by_role("button", name="Reply to Samuel Okafor").first.click()
    assert page.locator("article pre").count() == 1, "what the server rendered is there as HTML"
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert (audit(page), visitor.complaints) == ([], [])


def test_a_page_that_unsets_everything_does_not_reach_it(scene: Scene) -> None:
    address = scene.host.comments("/unset", post=POST)
    scene.host.style = (
        "* { all: unset; color: red; font-size: 3px !important } causerie-comments { float: left }"
    )
    page = scene.visitor().opens(address)
    expect(page.get_by_role("heading", name="10 comments")).to_be_visible()
    look = page.locator("article").first.evaluate(
        "(it) => { const { display, color, fontSize } = getComputedStyle(it); return [display, color, fontSize] }"
    )
    assert look == ["block", "rgb(29, 33, 41)", "14px"]
    assert page.locator("causerie-comments").evaluate("(it) => getComputedStyle(it).display") == "block"
    assert (
        page.get_by_role("button", name="Send").evaluate("(it) => getComputedStyle(it).cursor") == "pointer"
    )


def test_guests_comment_and_reply_and_another_page_sees_it_live(scene: Scene) -> None:
    address = scene.host.comments("/live", post=OTHER)
    one, other = scene.visitor().opens(address), scene.visitor().opens(address)
    expect(other.get_by_role("heading", name=COUNTED)).to_be_visible()
    before = int(other.get_by_role("heading", name=COUNTED).inner_text().split()[0])
    say(one, "Said by a *guest*.")
    expect(saying(one, "Said by a guest.").locator("em")).to_have_text("guest")
    expect(saying(other, "Said by a guest.").locator("em")).to_have_text("guest")
    expect(saying(one, "Said by a guest.").get_by_text("Sending")).to_be_hidden()
    saying(other, "Said by a guest.").get_by_role("button", name="Reply to Ann").click()
    say(other, "And a reply.", "Bob", saying(other, "Said by a guest.").locator("form"))
    reply = one.locator("ol article", has_text="And a reply.")
    expect(reply).to_contain_text("Bob")
    expect(one.get_by_role("heading", name=f"{before + 2} comments")).to_be_visible()
    assert audit(other) == []


def test_a_link_that_this_browser_cannot_read_hides_no_comment(scene: Scene) -> None:
    """Which letters a host may have depends on the Unicode that a program knows; that of imports is a later one."""
    host = "http://x\u20c2.example/"
    html = clean_comment_html(
        f'<a href="{host}">this</a> <a href="http://that.example/">that</a>', longest=200
    )
    assert host in html
    id_ = scene.lives.comment("samuel", scene.post(OTHER), "From elsewhere.")
    with closing(sqlite3.connect(scene.lives.database.removeprefix("sqlite://"))) as database, database:
        changed = (html, int(id_.removeprefix("comment_")))
        database.execute("UPDATE comments SET body_html = ? WHERE id = ?", changed)
    page = scene.visitor().opens(scene.host.comments("/link", post=OTHER))
    expect(saying(page, "this that").get_by_role("link", name="that")).to_have_attribute(
        "href", "http://that.example/"
    )


def test_what_comes_by_itself_moves_nothing_that_is_read(scene: Scene) -> None:
    page = scene.visitor(viewport={"width": 700, "height": 600}).opens(
        scene.host.comments("/held", post=POST)
    )
    expect(page.get_by_role("heading", name="10 comments")).to_be_visible()
    read = saying(page, "I have wanted to go to page 347.")
    read.scroll_into_view_if_needed()
    before = read.bounding_box()
    parent = page.locator(".item", has_text="How do you go backwards?").first.evaluate(
        "(it) => it.dataset.id"
    )
    post = scene.post(POST)
    id_ = scene.lives.comment("samuel", post, "Above what is read.", parent)
    fresh = page.get_by_role("button", name="1 new comment")
    expect(fresh).to_be_in_viewport()
    expect(page.get_by_role("status").filter(has_text="1 new comment")).to_have_count(1)
    assert read.bounding_box() == before
    fresh.click()
    expect(saying(page, "Above what is read.")).to_be_focused()
    expect(saying(page, "Above what is read.")).to_be_in_viewport()
    scene.lives.do("mutation ($id: ID!) { deleteComment(id: $id) { error { message } } }", "samuel", id=id_)
    expect(saying(page, "Above what is read.")).to_have_count(0)


def test_an_address_that_is_none_ends_nothing(scene: Scene) -> None:
    visitor = scene.visitor()
    page = visitor.opens(scene.host.comments("/odd", url="https://[not an address"))
    page.get_by_label("Your comment").fill("Where am I?")
    page.get_by_label("Name").fill("Ann")
    page.get_by_role("button", name="Send").click()
    expect(saying(page, "Where am I?")).to_contain_text("Not sent.")
    saying(page, "Where am I?").get_by_role("button", name="Edit").click()
    expect(page.get_by_label("Your comment")).to_have_value("Where am I?")
    assert visitor.complaints == []


def test_a_draft_survives_a_reload_until_it_is_sent(scene: Scene) -> None:
    page = scene.visitor().opens(scene.host.comments("/draft", post=OTHER))
    page.get_by_label("Your comment").fill("Not finished")
    page.get_by_role("button", name="Reply to").first.click()
    page.get_by_label("Your reply to").fill("Neither is this")
    page.reload()
    expect(page.get_by_label("Your comment")).to_have_value("Not finished")
    page.get_by_role("button", name="Reply to").first.click()
    expect(page.get_by_label("Your reply to")).to_have_value("Neither is this")
    page.get_by_role("button", name="Cancel").click()
    say(page, "Finished")
    expect(saying(page, "Finished").get_by_text("Sending")).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="Your comment is there.")).to_have_count(1)
    page.reload()
    expect(page.get_by_label("Your comment")).to_have_value("")
    expect(page.get_by_label("Name")).to_have_value("Ann")


def test_somebody_signs_in_by_a_window_of_the_server_s_and_out_again(scene: Scene) -> None:
    visitor = scene.visitor()
    page = visitor.opens(scene.host.comments("/account", post=OTHER))
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Sign in").click()
    window = opened.value
    assert window.url == f"{scene.lives.server.url}/sign-in/popup?origin={quote(scene.host.url, safe='')}"
    forged = "{ type: 'causerie:token', token: 'forged', user: { id: 'user_1', name: 'Mallory' } }"
    page.evaluate(f"postMessage({forged}, '*')")
    expect(window.get_by_text(scene.host.url)).to_be_visible()
    window.get_by_label("E-mail address").fill("samuel@example.org")
    window.get_by_label("Password").fill(DEMO)
    with window.expect_event("close"):
        window.get_by_role("button", name="Sign in there").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.get_by_text("Mallory")).to_have_count(0)
    kept = page.evaluate("Object.values(sessionStorage)")
    token = json.loads(kept[0])["token"]
    expect(page.get_by_label("Name")).to_have_count(0)
    page.get_by_label("Your comment").fill("With an account")
    page.get_by_role("button", name="Send").click()
    mine = saying(page, "With an account")
    expect(mine.get_by_role("button", name="Edit")).to_be_visible()
    page.reload()
    mine.get_by_role("button", name="Edit").click()
    mine.get_by_label("Your comment").fill("With another text")
    mine.get_by_role("button", name="Save").click()
    changed = saying(page, "With another text")
    expect(changed).to_contain_text("edited")
    changed.get_by_role("button", name="Delete").click()
    changed.get_by_role("button", name="Really delete?").click()
    expect(changed).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_label("Name")).to_be_visible()
    refused = httpx.post(
        scene.lives.server.graphql,
        json={"query": "{ viewer { id } }"},
        headers={"authorization": f"Bearer {token}"},
    )
    assert refused.json()["data"]["viewer"] is None, "the session has ended on the server, too"
    assert visitor.complaints == []


def test_the_first_comment_begins_the_conversation_of_a_page(scene: Scene) -> None:
    visitor = scene.visitor()
    address = scene.host.comments("/first", url=f"{scene.host.url}/2010/first/?utm_source=x", lang="fr")
    page = visitor.opens(address)
    expect(page.get_by_role("heading", name="0 commentaire")).to_be_visible()
    form = page.locator("form")
    form.get_by_label("Votre commentaire").fill("Premier !")
    form.get_by_label("Nom").fill("Zoé")
    form.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("heading", name="1 commentaire")).to_be_visible()
    other = scene.visitor().opens(scene.host.comments("/again", url=f"{scene.host.url}/2010/first"))
    say(other, "The second one.")
    expect(saying(page, "The second one.")).to_be_visible()
    (post,) = scene.lives.ask("{ posts(filter: {kind: EXTERNAL}) { nodes { title url commentCount } } }")[
        "posts"
    ]["nodes"]
    assert post == {"title": "A page elsewhere", "url": f"{scene.host.url}/2010/first/", "commentCount": 2}
    assert visitor.complaints == []


def test_new_ones_since_the_last_visit_are_marked_and_n_goes_to_each(scene: Scene) -> None:
    visitor = scene.visitor()
    address = scene.host.comments("/visits", post=OTHER)
    page = visitor.opens(address)
    expect(page.get_by_role("heading", name=COUNTED)).to_be_visible()
    assert page.get_by_text("new", exact=True).locator("visible=true").count() == 0
    page.goto("about:blank")
    post = scene.post(OTHER)
    for text in ("New one.", "New two."):
        scene.lives.comment("samuel", post, text)
    page = visitor.opens(address)
    expect(page.get_by_role("heading", name="2 new")).to_be_visible()
    page.locator("article").first.focus()
    for text in ("New one.", "New two."):
        page.keyboard.press("n")
        expect(saying(page, text)).to_be_focused()
    page.get_by_label("Your comment").press("n")
    expect(page.get_by_label("Your comment")).to_have_value("n")


def test_two_on_one_page_share_a_server_and_each_follows_its_attributes(scene: Scene) -> None:
    visitor = scene.visitor()
    both = (
        f'<causerie-comments id="one" post="{POST}" sort="newest"></causerie-comments>'
        f'<causerie-comments id="two" post="{OTHER}" theme="dark" lang="fr"></causerie-comments>'
    )
    page = visitor.opens(scene.host.page("/two", both))
    one, two = page.locator("#one"), page.locator("#two")
    expect(one.get_by_role("heading", name="10 comments")).to_be_visible()
    expect(two.get_by_role("heading", name=re.compile(r"^\d+ commentaires"))).to_be_visible()
    assert one.locator(".body").first.inner_text().startswith("Merci pour les vingt"), "the newest thread"
    colours = "(it) => getComputedStyle(it.shadowRoot.firstElementChild).color"
    assert one.evaluate(colours) != two.evaluate(colours)
    one.get_by_label("Your comment").fill("kept")
    one.evaluate("(it) => { it.setAttribute('post', 'nothing-here'); it.setAttribute('lang', 'fr') }")
    expect(one.get_by_text("Il n’y a pas de conversation ici.")).to_be_visible()
    one.evaluate(f"(it) => {{ it.setAttribute('post', '{POST}'); it.setAttribute('sort', 'oldest') }}")
    expect(one.locator(".body").first).to_contain_text("How do you go backwards?")
    expect(one.get_by_label("Votre commentaire")).to_have_value("kept")
    assert (audit(page), visitor.complaints) == ([], [])


def test_the_first_comments_come_without_asking_the_server_beforehand(scene: Scene) -> None:
    asked_before = len(scene.lives.server.log)
    page = scene.visitor().opens(scene.host.comments("/soon", post=POST))
    expect(page.locator("article").first).to_be_visible()
    loaded = page.evaluate("performance.getEntriesByType('resource').map((it) => new URL(it.name).pathname)")
    assert loaded[:3] == ["/style.css", "/embed.js", "/graphql"]
    asked = [line.get("method") for line in scene.lives.server.log[asked_before:]]
    assert "OPTIONS" not in asked, "one more round trip"


@pytest.mark.parametrize("before", ["", "<p>Some words.</p>" * 60], ids=["on the screen", "below it"])
def test_nothing_shifts_while_it_loads(scene: Scene, before: str) -> None:
    visitor = scene.visitor(viewport={"width": 700, "height": 900})
    visitor.context.add_init_script(SHIFTS)
    page = visitor.opens(scene.host.comments("/shift", before, post=POST))
    expect(page.get_by_role("heading", name=COUNTED)).to_be_visible()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("shifted") <= 0.02


def test_a_thousand_mounts_leave_nothing_behind(scene: Scene) -> None:
    page = scene.visitor().opens(scene.host.page("/mounts", ""))
    inspected = page.context.new_cdp_session(page)

    def measured() -> dict[str, float]:
        inspected.send("HeapProfiler.collectGarbage")
        found = inspected.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in found}

    inspected.send("Performance.enable")
    page.evaluate(MOUNTS, 200)
    before = measured()
    page.evaluate(MOUNTS, 1000)
    after = measured()
    for name, room in {"JSHeapUsedSize": 500_000, "Nodes": 500, "JSEventListeners": 50}.items():
        assert after[name] <= before[name] + room, (name, before[name], after[name])


def test_deep_threads_and_other_scripts_stay_inside_a_small_screen(scene: Scene) -> None:
    page = scene.visitor(viewport={"width": 360, "height": 640}).opens(
        scene.host.comments("/deep", url=f"{scene.host.url}/deep", **{"page-title": "Deep"})
    )
    say(page, "שלום עולם — كلمات " + "long" * 60)
    for depth in range(8):
        under = page.locator("article").last
        expect(under.get_by_text("Sending")).to_be_hidden()
        under.get_by_role("button", name="Reply").click()
        say(page, f"Level {depth + 1}", form=page.locator("article form"))
        expect(page.locator("article", has_text=f"Level {depth + 1}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("article .body").first.evaluate("(it) => getComputedStyle(it).direction") == "rtl"


def test_a_server_that_is_killed_and_started_loses_nothing(scene: Scene) -> None:
    page = scene.visitor().opens(scene.host.comments("/restart", post=OTHER))
    expect(page.get_by_role("heading", name=COUNTED)).to_be_visible()
    scene.lives.server.process.kill()
    expect(page.get_by_text("The connection is lost.")).to_be_visible()
    say(page, "Said to nobody.")
    expect(saying(page, "Said to nobody.")).to_contain_text("Not sent.")
    scene.lives.stop()
    scene.lives.start(guests="held")
    page.evaluate("dispatchEvent(new Event('online'))")  # or it would wait as long again as the server took
    post = scene.post(OTHER)
    scene.lives.comment("samuel", post, "Said after the restart.")
    expect(saying(page, "Said after the restart.")).to_be_visible()
    saying(page, "Said to nobody.").get_by_role("button", name="Send again").click()
    expect(saying(page, "Said to nobody.")).to_contain_text("Waits for a moderator’s approval.")
    expect(saying(page, "Said to nobody.").get_by_text("Not sent.")).to_be_hidden()
    expect(page.get_by_text("The connection is lost.")).to_be_hidden()
