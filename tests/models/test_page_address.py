"""One page is one page, however its address is written."""

import pytest

from models.page_address import page_key, page_origin, shown_page

SAME = [
    "https://else.example/2010/cr%C3%AApes",
    "http://else.example/2010/crêpes/",
    "HTTPS://ELSE.Example:443/2010/cr%c3%aapes#top",
    " https://else.example./2010/cre\u0302pes/index.html?utm_source=x&utm_medium=y&fbclid=z ",
]


def test_spellings_of_a_page_are_one() -> None:
    assert len({page_key(address) for address in SAME}) == 1
    assert page_key("https://else.example") == page_key("https://else.example/index.php/")
    assert page_key("https://else.example/a?b=1&c=2") == page_key("https://else.example/a?c=2&gclid=3&b=1")
    assert page_key("https://évry.example/a") == page_key("https://xn--vry-9la.example/a")
    assert page_key("http://[::1]:80/a") == page_key("http://[::1]/a")


@pytest.mark.parametrize(
    "other",
    [
        "https://else.example/2010/Crêpes",
        "https://else.example/2010/crêpes/2",
        "https://else.example/2010/crêpes?page=2",
        "https://www.else.example/2010/crêpes",
        "https://else.example:8443/2010/crêpes",
        "http://else.example:443/2010/crêpes",
    ],
)
def test_other_pages_are_others(other: str) -> None:
    assert page_key(other) != page_key(SAME[0])


def test_parameters_that_mean_the_same_differently_are_not_mixed_up() -> None:
    assert page_key("https://else.example/?a=1&a=2") != page_key("https://else.example/?a=1%26a%3D2")
    assert page_key("https://else.example/a%3Fb") != page_key("https://else.example/a?b")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/a",
        "else.example/a",
        "ftp://else.example/",
        "https:///a",
        "https://[::1",
        "https://else.example:0/",
        "https://else.example:x/",
        "mailto:a@b.example",
        f"https://else.example/{'a' * 2000}",
        "https://..\u2488/",
    ],
)
def test_what_is_no_address_of_a_page_has_no_key(address: str) -> None:
    assert (page_key(address), page_origin(address), shown_page(address)) == ("", "", "")


def test_readers_are_led_to_the_page_as_it_was_given() -> None:
    given = "HTTPS://Else.example:443/a%2Fb/?x=%20&utm_campaign=spring&y=&=#top"
    assert shown_page(given) == "https://else.example/a%2Fb/?x=%20&y=&="
    assert shown_page("http://else.example:8080?fbclid=1") == "http://else.example:8080/"
    assert page_origin(given) == "https://else.example"
    assert page_origin("http://[2001:DB8::1]:8080/a") == "http://[2001:db8::1]:8080"
