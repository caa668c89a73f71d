"""Who comes by an old address is sent on to where it is now."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from models import PathAlias
from resolvers.policy import Site
from server.config.environment import load_settings
from server.http.former_addresses import FormerAddresses
from server.http.pages import routes
from storage import Database
from tests import factories

OLD = "/2008/02/Crêpes"


async def ready() -> str:
    return "ready"


@pytest.fixture
async def browser(database: Database) -> Any:
    former_addresses = FormerAddresses(Site(url="https://blog.example"))
    pages = Starlette(routes=routes(load_settings(site=False), ready, former_addresses))
    pages.router.default = former_addresses
    app = httpx.ASGITransport(pages)
    async with httpx.AsyncClient(transport=app, base_url="http://test") as client:
        yield client


async def location(browser: httpx.AsyncClient, address: str, method: str = "GET") -> str | None:
    response = await browser.request(method, address)
    assert response.status_code == (301 if "location" in response.headers else 404)
    return str(response.headers["location"]) if "location" in response.headers else None


async def test_old_addresses_lead_to_new_ones(browser: httpx.AsyncClient) -> None:
    post = await factories.post(slug="poutine", tags=["Cuisine"])
    (tag,) = await post.tagged.all().values("tag_id")  # type: ignore[attr-defined]
    await PathAlias.create(path=OLD, post_id=post.id)
    await PathAlias.create(path="/?p=18", post_id=post.id)
    await PathAlias.create(path="/category/c", category_id=post.category_id)
    await PathAlias.create(path="/tag/cuisine", tag_id=tag["tag_id"])
    await PathAlias.create(path="/author/ada", user_id=(await factories.user(username="ada")).id)
    here = "https://blog.example/posts/poutine"
    assert await location(browser, "/2008/02/Cr%C3%AApes/") == here
    assert await location(browser, "/2008//02/Cr%C3%AApes?utm_source=x", "HEAD") == here
    assert await location(browser, "/?p=18") == here
    assert await location(browser, "/index.php?p=18") == here
    assert await location(browser, "/tag/cuisine/") == "https://blog.example/tags/cuisine"
    assert await location(browser, "/author/ada") == "https://blog.example/people/ada"
    category = await location(browser, "/category/c/")
    assert category is not None
    assert category.startswith("https://blog.example/categories/")
    assert await location(browser, "/2008/02/Cr%C3%AApes/", "POST") is None
    assert await location(browser, "/elsewhere/%00") is None


async def test_nobody_is_told_where_a_draft_is(browser: httpx.AsyncClient) -> None:
    for number, post in enumerate((await factories.draft(), await factories.scheduled())):
        await PathAlias.create(path=f"/old/{number}", post_id=post.id)
        assert await location(browser, f"/old/{number}") is None


async def test_a_page_of_another_site_is_where_it_is(browser: httpx.AsyncClient) -> None:
    post = await factories.post(kind="EXTERNAL", address="https://elsewhere.example/a?b=c")
    await PathAlias.create(path="/a", post_id=post.id)
    assert await location(browser, "/a") == "https://elsewhere.example/a?b=c"


async def test_a_page_elsewhere_that_has_come_to_lead_here_is_no_circle(browser: httpx.AsyncClient) -> None:
    post = await factories.post(kind="EXTERNAL", address="https://test/a%C3%A9/")
    await PathAlias.create(path="/aé", post_id=post.id)
    assert await location(browser, "/a%C3%A9") is None


async def test_the_home_page_is_still_there(browser: httpx.AsyncClient) -> None:
    for address in ("/", "/?p=99", "/?utm_source=x"):
        assert (await browser.get(address)).status_code == 200
