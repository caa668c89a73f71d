"""The conversations of pages of other sites, read without scripts."""

from urllib.parse import urlencode

import pytest

from models import PageAddress
from models.page_address import page_key
from server.site.pages import elsewhere
from tests import factories
from tests.server.site.rows import on_both
from tests.server.site.visitor import Visitor

URL = "https://else.example/2010/soupe/?a=1&b=<2>"


def path(address: str) -> str:
    """Where the conversation of a page is."""
    return f"/threads?{urlencode({'url': address})}"


@on_both
async def test_it_is_read_a_page_at_a_time_however_its_address_is_written(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "PER_PAGE", 3)
    post = await factories.post(kind="EXTERNAL", address=URL, title="Soupe & <b>")
    await PageAddress.create(key=page_key(URL), post=post)
    first = await factories.comment(post=post, body_html="<p>First</p>")
    await factories.comment(parent=first, body_html="<p>Reply</p>")
    for number in range(2):
        await factories.comment(post=post, body_html=f"<p>Number {number}</p>")
    page = await visitor.get(path("http://ELSE.example/2010/soupe?b=%3C2%3E&a=1&utm_source=x"))
    assert page.status_code == 200
    assert "First" in page.text
    heading = visitor.one("h1 a")
    assert (heading.text(), heading.attributes["href"]) == ("Soupe & <b>", URL)
    assert (
        visitor.one("link[rel=canonical]").attributes["href"] == f"https://blog.example/threads/{post.slug}"
    )
    assert len(visitor.page.css(".replies .comment")) == 1
    assert visitor.page.css("a.reply") == [], "there is no page of ours with a form for it"
    assert "Number 1" not in page.text
    page = await visitor.get(str(page.url.join(str(visitor.one("a[rel=next]").attributes["href"]))))
    assert "Number 1" in page.text
    assert "First" not in page.text


async def test_a_page_that_nobody_has_commented_on_is_not_there(visitor: Visitor) -> None:
    for address in ("https://else.example/nothing", "javascript:alert(1)", "", "/posts"):
        assert (await visitor.get(path(address))).status_code == 404
    article = await factories.post()
    assert (await visitor.get(f"/threads/{article.slug}")).status_code == 404
