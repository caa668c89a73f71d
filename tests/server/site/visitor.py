"""A site on a database of the tests, and people who visit it with JavaScript switched off."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auth import sessions
from auth.policy import SessionLifetime
from auth.viewer import now
from models import User
from server.app import create_app
from server.application import Application
from server.config.environment import load_settings
from tests.server.conftest import CHEAP

URL = "https://blog.example"
COOKIE = "__Host-causerie"


class Visitor:
    """A browser: it keeps cookies, follows redirects, and sends forms as they are on the page that it looks at."""

    def __init__(self, app: Application) -> None:
        self.app = app
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL)
        self.response: httpx.Response
        self.page: LexborHTMLParser
        self.led_to = ""
        """The last redirect, with what stands behind its #."""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Look at a page, and where it leads."""
        return await self._look(await self.client.get(path, headers=_named(headers)))

    async def send(self, selector: str, button: str | None = None, **fields: Any) -> httpx.Response:
        """Fill in the form that the selector finds on the page, and send it; `button` is the name=value pressed."""
        form = self.one(selector)
        values = {**_filled(form), **fields}
        if button is not None:
            name, _, value = button.partition("=")
            values[name] = value
        action = str(self.response.url.join(form.attributes.get("action") or ""))
        if (form.attributes.get("method") or "get").lower() == "get":
            return await self._look(await self.client.get(action, params=values))
        if form.attributes.get("enctype") == "multipart/form-data":
            for node in form.css("input[type=file]"):
                values.setdefault(node.attributes["name"] or "", ("", b"", "application/octet-stream"))
        return await self.post(action, **values)

    async def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send these fields as a page of the site does; a file is its name, its bytes and their media type."""
        headers = {"origin": URL, "sec-fetch-site": "same-origin"}
        files = {name: value for name, value in fields.items() if isinstance(value, tuple)}
        data = {name: value for name, value in fields.items() if name not in files}
        return await self._look(await self.client.post(path, data=data, files=files or None, headers=headers))

    async def sign_in(self, user: User) -> None:
        """Have a session of this account."""
        token, _ = await sessions.start(SessionLifetime(), user.id, now())
        self.client.cookies.set(COOKIE, token, domain=urlsplit(URL).hostname or "")

    def one(self, selector: str) -> LexborNode:
        """What the selector finds, if that is one thing."""
        found = self.page.css(selector)
        assert len(found) == 1, f"{len(found)} of {selector}: {self.response.text}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        """The texts of all that the selector finds."""
        return [" ".join(node.text().split()) for node in self.page.css(selector)]

    async def _look(self, response: httpx.Response) -> httpx.Response:
        while response.has_redirect_location and str(
            response.url.join(response.headers["location"])
        ).startswith(URL):
            self.led_to = response.headers["location"]
            response = await self.client.get(self.led_to)
        self.response, self.page = response, LexborHTMLParser(response.text)
        return response


@asynccontextmanager
async def visited(database_url: str, **settings: Any) -> AsyncIterator[Visitor]:
    """A visitor of a site on this database; `another(visitor)` is somebody else there."""
    named = {"site_url": URL, "site_title": "Café & co", **CHEAP, **settings}
    app = create_app(load_settings(database=database_url, **named))
    async with app.running():
        yield Visitor(app)


def another(visitor: Visitor) -> Visitor:
    """Another browser on the same site."""
    return Visitor(visitor.app)


def _filled(form: LexborNode) -> dict[str, Any]:
    """The fields of a form as they are filled in."""
    fields: dict[str, Any] = {}
    for node in form.css("input[name], textarea[name], select[name]"):
        name, kind = node.attributes["name"] or "", node.attributes.get("type") or "text"
        if kind in ("submit", "file", "button"):
            continue
        if kind in ("checkbox", "radio"):
            if "checked" in node.attributes:
                fields.setdefault(name, []).append(node.attributes.get("value") or "on")
        elif node.tag == "select":
            fields[name] = [each.attributes.get("value") or "" for each in node.css("option[selected]")] or [
                each.attributes.get("value") or "" for each in node.css("option")[:1]
            ]
        elif node.tag == "textarea":
            fields[name] = node.text(deep=True)
        else:
            fields[name] = node.attributes.get("value") or ""
    return fields


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
