"""Pages that are no GraphQL."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

import web
from resolvers.policy import Site
from server.config.environment import load_settings
from server.http.former_addresses import FormerAddresses
from server.http.pages import routes


async def ready() -> str:
    return "ready"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_without_graphiql_its_files_are_not_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, method: str
) -> None:
    monkeypatch.setattr(web, "BUILT", tmp_path / "nothing")
    app = httpx.ASGITransport(Starlette(routes=routes(load_settings(), ready, FormerAddresses(Site()))))
    async with httpx.AsyncClient(transport=app, base_url="http://test") as client:
        assert (await client.request(method, "/assets/graphiql.js")).status_code == 404
        assert (await client.request(method, "/static/favicon.svg")).status_code == 200


async def test_files_are_kept_for_good_if_they_were_asked_for_by_their_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "site.js").write_text("'use strict';")
    monkeypatch.setattr(web, "BUILT", tmp_path)
    app = httpx.ASGITransport(Starlette(routes=routes(load_settings(), ready, FormerAddresses(Site()))))
    async with httpx.AsyncClient(transport=app, base_url="http://test") as client:
        kept = [
            (await client.get(path)).headers["cache-control"]
            for path in ("/assets/site.js?v=1", "/static/site.css?v=1", "/assets/site.js", "/static/site.css")
        ]
    forever = "public, max-age=31536000, immutable"
    assert kept == [forever, forever, "no-cache", "public, max-age=3600"]
