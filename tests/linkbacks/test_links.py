"""Whom a post links to."""

import pytest

from linkbacks.links import MOST_LINKS, links_of, normal

PAGE = "https://blog.example/posts/one"


def link(href: str) -> str:
    return f'<p>See <a href="{href}" rel="nofollow ugc">this</a>.</p>'


def test_links_to_other_sites_are_found_once_each_in_their_order() -> None:
    html = link("https://b.example/2") + link("http://a.example/1?q=1&amp;r=2") + link("https://b.example/2")
    assert links_of(html, PAGE) == ["https://b.example/2", "http://a.example/1?q=1&r=2"]


@pytest.mark.parametrize(
    "href",
    [
        "https://blog.example/",
        "HTTPS://Blog.Example:443/posts/two",
        "http://blog.example/old",
        "//blog.example/x",
        "/posts/two",
        "two",
        "#part",
        "",
        "mailto:ada@a.example",
        "javascript:alert(1)",
        "ftp://a.example/",
        "https://",
        "https:///path",
        "https://a.example:99999/",
        "https://[::1",
        "https://ada:secret@a.example/",
        "https://a.example/with space",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_what_is_ones_own_or_no_page_of_the_web_is_left_out(href: str) -> None:
    assert links_of(link(href), PAGE) == []


def test_addresses_stay_as_they_are_written_and_those_that_ask_the_same_are_one() -> None:
    html = link("https://A.example") + link("https://a.example/#x") + link("https://a.example:443/")
    assert links_of(html, PAGE) == ["https://A.example"]
    assert links_of(link("https://a.example/é#part"), PAGE) == ["https://a.example/é#part"]


@pytest.mark.parametrize("same", ["%c3%a9t%C3%A9", "%C3%A9t%C3%A9", "été", "%C3%A9t%C3%A9#x"])
def test_each_way_to_encode_an_address_is_one(same: str) -> None:
    written = "https://a.example/%c3%a9t%c3%a9"
    assert links_of(link(written) + link(f"https://a.example/{same}"), PAGE) == [written]
    assert normal(f"https://a.example/{same}") == "https://a.example/%C3%A9t%C3%A9"


def test_another_port_is_another_site() -> None:
    assert links_of(link("https://blog.example:8443/"), PAGE) == ["https://blog.example:8443/"]


def test_what_only_looks_like_a_link_is_none() -> None:
    html = (
        "https://a.example <!-- <a href='https://b.example'> --> &lt;a href='https://c.example'&gt; <a>d</a>"
    )
    assert links_of(html, PAGE) == []


def test_of_a_great_many_links_the_first_count() -> None:
    html = "".join(link(f"https://a.example/{number}") for number in range(MOST_LINKS + 5))
    assert links_of(html, PAGE)[-1] == f"https://a.example/{MOST_LINKS - 1}"


def test_addresses_have_a_normal_form() -> None:
    assert normal("HTTP://A.example:80#x") == "http://a.example/"
    assert normal("https://a.example:80/a?b=C") == "https://a.example:80/a?b=C"
