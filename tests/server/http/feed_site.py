"""An application with feeds on a database of the tests, and readers of it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import feedparser  # type: ignore[import-untyped]
import httpx

from server.app import create_app
from server.application import Application
from server.config.environment import load_settings

URL = "https://blog.example"
ATOM, TOMBSTONES = "{http://www.w3.org/2005/Atom}", "{http://purl.org/atompub/tombstones/1.0}"
THREAD = "{http://purl.org/syndication/thread/1.0}"


class Reader:
    """Whoever reads feeds of the site."""

    def __init__(self, app: Application, client: httpx.AsyncClient) -> None:
        self.app = app
        self.client = client

    async def get(self, path: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.get(path.removeprefix(URL), headers=named)

    async def titles(self, path: str) -> list[str]:
        """The titles of the entries of a feed, which is all right in every format."""
        shown = []
        for ending in ("atom", "rss", "json"):
            response = await self.get(f"{path}.{ending}")
            assert response.status_code == 200, response.text
            if ending == "json":
                shown.append([item["title"] for item in response.json()["items"]])
            else:
                read = feedparser.parse(response.content, response_headers=dict(response.headers))
                assert not read.bozo, read.bozo_exception
                shown.append([entry.title for entry in read.entries])
        assert shown[0] == shown[1] == shown[2]
        return shown[0]

    async def status(self, path: str) -> int:
        """What the feeds at a path are answered with, in all formats."""
        found = {(await self.get(f"{path}.{ending}")).status_code for ending in ("atom", "rss", "json")}
        (status,) = found
        return status

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data that the API answers with."""
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables})
        told = json.loads(answer.content)
        assert "errors" not in told, told
        return told["data"]


@asynccontextmanager
async def reading(database_url: str, **settings: Any) -> AsyncIterator[Reader]:
    """A reader of the site on this database."""
    app = create_app(
        load_settings(database=database_url, **{"site_url": URL, "site_title": "Blog", **settings})
    )
    async with app.running():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://blog.example") as client:
            yield Reader(app, client)
