"""How a page takes linkbacks."""

import time

import pytest

from linkbacks.discovery import Endpoint, Page, Protocol, endpoint_of
from linkbacks.link_header import links
from tests.linkbacks.pages import CASES, Case

ORIGIN = "https://target.example"
HTML = ("Content-Type", "text/html; charset=utf-8")


def page(html: str = "", *headers: tuple[str, str], url: str = f"{ORIGIN}/page", asked: str = "") -> Page:
    return Page(url, asked or url, (HTML, *headers), html.encode())


def webmention(path: str) -> Endpoint:
    return Endpoint(Protocol.WEBMENTION, f"{ORIGIN}{path}")


@pytest.mark.parametrize(("number", "case"), [*enumerate(CASES, 1)], ids=[case.about for case in CASES])
def test_the_ways_to_take_webmentions(number: int, case: Case) -> None:
    headers = [("Link", value.replace("ORIGIN", ORIGIN)) for value in case.headers]
    asked = f"{ORIGIN}/{number}"
    url = f"{ORIGIN}{case.moved}" if case.moved else asked
    found = endpoint_of(page(case.html.replace("ORIGIN", ORIGIN), *headers, url=url, asked=asked))
    assert found == webmention(case.endpoint)


@pytest.mark.parametrize(
    "html",
    [
        "",
        '<template><link rel="webmention" href="/wrong"></template>',
        '<script>"<link rel=webmention href=/wrong>"</script>',
        '<textarea><link rel="webmention" href="/wrong"></textarea>',
        '<link rel="webmention" href="javascript:alert(1)">',
        '<link rel="webmention" href="https://[">',
        '<link rel href="/wrong"><a rel="">x</a>',
        '<form rel="webmention" action="/wrong" href="/wrong"></form>',
        '<meta name="webmention" content="/wrong">',
    ],
)
def test_a_page_that_takes_none(html: str) -> None:
    assert endpoint_of(page(html)) is None


def test_what_is_no_html_is_not_parsed() -> None:
    body = b'<link rel="webmention" href="/wrong">'
    for type_ in ("application/json", "image/svg+xml", "text/plain"):
        assert endpoint_of(Page(ORIGIN, ORIGIN, (("content-type", type_),), body)) is None
    assert endpoint_of(Page(ORIGIN, ORIGIN, (), body)) == webmention("/wrong")


def test_what_is_no_html_may_say_so_by_a_header() -> None:
    headers = (("content-type", "application/pdf"), ("link", "</told>; rel=webmention"))
    assert endpoint_of(Page(ORIGIN, ORIGIN, headers, b"%PDF")) == webmention("/told")


def test_a_base_element_counts_for_elements_and_not_for_headers() -> None:
    html = '<base href="https://elsewhere.example/x/"><link rel="webmention" href="told">'
    found = endpoint_of(page(html))
    assert found == Endpoint(Protocol.WEBMENTION, "https://elsewhere.example/x/told")
    assert endpoint_of(page(html, ("Link", "<told>; rel=webmention"))) == webmention("/told")


def test_bytes_of_any_encoding_are_read() -> None:
    for charset in ("iso-8859-1", "no-such-one", "utf-16-le"):
        body = '<p>Été <link rel="webmention" href="/told">'.encode(
            charset if charset != "no-such-one" else "utf-8"
        )
        found = endpoint_of(Page(ORIGIN, ORIGIN, (("content-type", f"text/html; charset={charset}"),), body))
        assert found == webmention("/told")


def test_pingback_comes_after_webmention_and_its_header_before_its_element() -> None:
    html = '<link rel="pingback" href="/element">'
    header = ("X-Pingback", f"{ORIGIN}/header")
    assert endpoint_of(page(html)) == Endpoint(Protocol.PINGBACK, f"{ORIGIN}/element")
    assert endpoint_of(page(html, header)) == Endpoint(Protocol.PINGBACK, f"{ORIGIN}/header")
    both = html + '<a rel="webmention" href="/told">x</a>'
    assert endpoint_of(page(both, header)) == webmention("/told")


RDF = """<!--
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:trackback="http://example.net/trackback/">
<rdf:Description
  rdf:about="{0}" dc:identifier="{0}" dc:title="It's that"
  trackback:ping="{1}" />
</rdf:RDF>
-->"""


def test_a_trackback_address_is_that_of_this_page() -> None:
    html = RDF
    other, own = (html.format(f"{ORIGIN}/{name}", f"/tb?p={name}&amp;x=1") for name in ("other", "page"))
    assert endpoint_of(page(other)) is None
    assert endpoint_of(page(other + own)) == Endpoint(Protocol.TRACKBACK, f"{ORIGIN}/tb?p=page&x=1")
    moved = page(own, url=f"{ORIGIN}/moved", asked=f"{ORIGIN}/page#part")
    assert endpoint_of(moved) == Endpoint(Protocol.TRACKBACK, f"{ORIGIN}/tb?p=page&x=1")
    ping = own + '<link rel="pingback" href="/p">'
    assert endpoint_of(page(ping)) == Endpoint(Protocol.PINGBACK, f"{ORIGIN}/p")


def test_a_trackback_address_may_be_a_link() -> None:
    found = endpoint_of(page('<a href="/tb/7" rel="nofollow trackback">Trackback</a>'))
    assert found == Endpoint(Protocol.TRACKBACK, f"{ORIGIN}/tb/7")


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('<a>; title="x, y; rel=wrong"; rel=b', [("a", {"b"})]),
        (r'<a>; title="\", <wrong>; rel=x"; rel="b c"', [("a", {"b", "c"})]),
        ("<a>;rel=b,<c>;rel=d", [("a", {"b"}), ("c", {"d"})]),
        ("<a> ; rel = B ; rel=second", [("a", {"b"})]),
        (",, <>; rel=b,", [("", {"b"})]),
        ("nonsense, <a>; rel=b", [("a", {"b"})]),
        ("<a", []),
        ("<a>", [("a", set())]),
        ("<a>; rel", [("a", set())]),
        ('<a>; rel="b', [("a", set())]),
        (r'<a>; rel="b\"', [("a", set())]),
        (" , ,<a>;rel=b , ", [("a", {"b"})]),
        ("", []),
    ],
)
def test_link_headers(header: str, found: list[tuple[str, set[str]]]) -> None:
    assert [(target, set(relations)) for target, relations in links([header])] == found


@pytest.mark.parametrize(
    "text",
    [
        "<rdf:Description ",
        "<rdf:Description a='",
        f"{'<rdf:Description' * 240}>",
        "<a rel=webmention",
        "<a rel=webmention href=javascript:>",
        "<a b>",
        "<!--",
        "<base href='//'>",
        "<",
    ],
)
def test_a_page_of_nothing_but_beginnings_is_read_in_no_time(text: str) -> None:
    begun = time.process_time()
    endpoint_of(page(text * (2**20 // len(text))))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("text", ["a, ", " ", ",", '\\",', '<a>;rel="\\",', "<a>;", "<", '"'])
def test_a_header_of_nothing_but_beginnings_is_read_in_no_time(text: str) -> None:
    begun = time.process_time()
    list(links([f"a,{text * 16_384}x"] * 6))
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "unicode_escape", "rot13", "utf-16"])
def test_a_charset_that_no_page_has_is_not_believed(charset: str) -> None:
    headers = (("content-type", f"text/html; charset={charset}"),)
    assert endpoint_of(Page(ORIGIN, ORIGIN, headers, b'<link rel="webmention" href="/told">')) == webmention(
        "/told"
    )
