"""Readers of a site in a real browser, and the people who write there meanwhile."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
HELD = {**OPEN, "guests": "held"}
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
KEYSET = "keyset-paging-or-why-page-500-is-slow"


@dataclass
class Blog:
    """A server, and what people do there by its API."""

    server: Server
    client: httpx.Client
    tokens: dict[str, str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)

    def ask(self, query: str, who: str | None = None, **variables: Any) -> Any:
        headers = {"authorization": f"Bearer {self.token(who)}"} if who else {}
        asked = {"query": query, "variables": variables}
        answer = self.client.post(self.server.graphql, json=asked, headers=headers).json()
        assert "errors" not in answer, answer
        (payload,) = answer["data"].values()
        assert not payload.get("error"), payload
        return payload

    def token(self, who: str) -> str:
        if who not in self.tokens:
            self.tokens[who] = self.ask(SIGN_IN, email=f"{who}@example.org", password=DEMO)["token"]
        return self.tokens[who]

    def sign_out(self, who: str) -> None:
        headers = {"authorization": f"Bearer {self.token(who)}"}
        answer = httpx.post(self.server.graphql, json={"query": "mutation { signOut }"}, headers=headers)
        assert answer.json() == {"data": {"signOut": True}}

    def say(self, slug: str, body: str, parent: str | None = None, who: str = "marta") -> str:
        """The id of a new comment."""
        if slug not in self.posts:
            self.posts[slug] = self.ask(CALLED, slug=slug)["id"]
        given = {"post": self.posts[slug], "body": body, "parent": parent}
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
    with running(f"sqlite://{path}", "--demo", **OPEN) as server, httpx.Client() as client:
        yield Blog(server, client)


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


def settle(page: Page) -> None:
    """Until the browser has drawn the page as it is now, and moved it if it wants to."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def top_of(item: Locator) -> float:
    return float(item.evaluate("item => item.getBoundingClientRect().top"))


def kill(server: Server) -> None:
    """As if the machine had lost its power."""
    for pid in (server.process.pid, *server.workers()):
        os.kill(pid, signal.SIGKILL)
    server.process.wait()
