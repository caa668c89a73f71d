"""Which request is for whom."""

import json
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from server.app import create_app
from server.application import Application
from server.config.environment import load_settings
from storage import DatabaseUnavailable, open_database
from tests import factories


@pytest.fixture
def application(sqlite_url: str) -> Application:
    return create_app(load_settings(database=sqlite_url))


def client_of(application: Application) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://blog.example")


async def test_a_slash_behind_the_address_is_answered_by_the_address_without(
    application: Application,
) -> None:
    async with client_of(application) as client:
        response = await client.post("/graphql/", json={"query": "{ __typename }"})
    assert (response.status_code, response.headers["location"]) == (307, "http://blog.example/graphql")


async def test_what_is_nowhere_is_not_found_and_has_a_request_id(application: Application) -> None:
    async with application.running(), client_of(application) as client:
        response = await client.get("/graphql/nothing")
    assert (response.status_code, response.text) == (404, "Not Found")
    assert response.headers["x-request-id"]


async def test_it_is_ready_until_it_is_to_stop(application: Application) -> None:
    async with application.running(), client_of(application) as client:
        assert (await client.get("/readyz")).json() == {"status": "ready"}
        application.shutdown.order()
        response = await client.get("/readyz")
        assert (response.status_code, response.json()) == (503, {"status": "stopping"})
        assert response.headers["connection"] == "close"
        application.shutdown.replaced = True
        assert (await client.get("/readyz")).json() == {"status": "ready"}


async def test_without_its_database_it_is_not_ready(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> None:
        raise DatabaseUnavailable("gone")

    async with application.running() as parts, client_of(application) as client:
        monkeypatch.setattr(type(parts.database), "ping", fail)
        response = await client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "no database"})


async def test_posts_have_pages_whichever_documents_clients_may_send(sqlite_url: str, tmp_path: Path) -> None:
    trusted = tmp_path / "trusted.json"
    trusted.write_text(json.dumps({}))
    settings = load_settings(
        database=sqlite_url, trusted_documents=str(trusted), limit_rows=1, limit_depth=1, introspection=False
    )
    application = create_app(settings)
    async with application.running(), client_of(application) as client:
        await factories.post(slug="a-post", title="A post")
        response = await client.get("/posts/a-post")
        assert (response.status_code, "<h1" in response.text) == (200, True)
        refused = await client.post("/graphql", json={"query": "{ __typename }"})
        assert refused.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
        assert (await client.get("/posts/nothing")).status_code == 404


async def test_the_archive_is_in_the_time_zone_that_the_server_has_now(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(sqlite_url)
    await factories.post(published_at=datetime(2024, 3, 31, 22, 30, tzinfo=UTC))
    await database.close()
    query, found = {"query": "{ archive { months { month postCount } } }"}, []
    for zone in ("Europe/Paris", "America/Sao_Paulo"):
        monkeypatch.setenv("CAUSERIE_SITE_TIMEZONE", zone)
        application = create_app(load_settings(database=sqlite_url))
        async with application.running(), client_of(application) as client:
            answer = await client.post("/graphql", json=query)
        found.append(answer.json()["data"]["archive"])
    assert found == [[{"months": [{"month": month, "postCount": 1}]}] for month in (4, 3)]
