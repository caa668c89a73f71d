"""Pages that are said to link here, and those that only seem to."""

import codecs
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from linkbacks.markup import Start, tokens
from linkbacks.source_page import MOST_LINKS, read_source
from linkbacks.source_words import Words, rebuilt

TARGET = "https://blog.example/posts/soup"
LINK = f'<a href="{TARGET}">soup</a>'
HTML = "text/html; charset=utf-8"
AT = "https://elsewhere.example/2024/reply"


def read(page: str | bytes, content_type: str = HTML, url: str = AT) -> Words | None:
    body = page.encode() if isinstance(page, str) else page
    return read_source(body, content_type, url, lambda address: address == TARGET)


@pytest.mark.parametrize(
    "page",
    [
        LINK,
        f"<p>Text<p><A HREF='{TARGET}' rel=nofollow>soup",
        f"<a title='a > b' href={TARGET}>soup</a>",
        f'<a\n href = "\n{TARGET}\t" >soup</a>',
        '<a href="https://blog.example&sol;posts/soup">soup</a>',
        '<base href="https://blog.example/posts/"><a href="soup">',
        '<a href="soup"></a><base href="//blog.example/posts/x"><base href="http://other.example/">',
        f'<img src="{TARGET}">',
        f'<video poster="{TARGET}"></video>',
        f'<blockquote cite="{TARGET}">Soup!</blockquote>',
        f"<script>'</scr'+'ipt>'</script>{LINK}",
        f"<!-- > --><!--> <!--->{LINK}",
        f"<svg><a href='{TARGET}'/></svg>",
        f"<noscript>{LINK}</noscript>",
        f"<template><template></template></template>{LINK}",
        f"<a href='https://blog.example:99999/'></a><a href='https://[x'></a>{LINK}",
        f"<title>1 < 2</title><![CDATA[ ]]><?php ?></ ></p//>{LINK}",
    ],
)
def test_a_link_is_found_wherever_a_reader_can_follow_it(page: str) -> None:
    assert read(page) is not None


@pytest.mark.parametrize(
    "page",
    [
        "",
        TARGET,
        f"<!-- {LINK} -->",
        f"<!-- {LINK}",
        f"<script>{LINK}</script>",
        f"<style>{LINK}</style >",
        f"<script>{LINK}",
        f"<textarea>{LINK}</textarea>",
        f"<title>{LINK}</title>",
        f"<xmp>{LINK}</xmp><iframe>{LINK}</iframe>",
        f"<template><p>{LINK}</template>",
        f"<a data-href='{TARGET}' class='{TARGET}'>",
        f"<a href='{TARGET}s'></a><a href='http://blog.example/posts/soup'></a>",
        f"<a href='/' href='{TARGET}'>",
        f"&lt;a href='{TARGET}'>",
        f'<a href="{TARGET}',
        f"<p title=\"<a href='{TARGET}'>\">",
        f"<link rel=canonical href='{TARGET}'><form action='{TARGET}'>",
    ],
)
def test_what_no_reader_can_follow_is_no_link(page: str) -> None:
    assert read(page) is None


@pytest.mark.parametrize(
    ("page", "content_type", "found"),
    [
        (f"See {TARGET}.", "text/plain", True),
        (f"(see <{TARGET}>)", "text/plain; charset=utf-8", True),
        (f"[soup]({TARGET})", "text/markdown", True),
        (f"{TARGET}s", "text/plain", False),
        (LINK, "text/plain", True),
        (json.dumps({"items": [{"links": {"to": TARGET}}]}), "application/json", True),
        (json.dumps([TARGET]), "application/mf2+json", True),
        (json.dumps({TARGET: "see " + TARGET}), "application/json", False),
        ("[" * 100_000, "application/json", False),
        (f'{{"a": "{TARGET}"', "application/json", False),
        (LINK, "application/pdf", False),
        (LINK, "image/svg+xml", False),
        (LINK, "", True),
        (LINK, "application/xhtml+xml", True),
    ],
)
def test_each_kind_of_page_is_searched_as_it_is_meant(page: str, content_type: str, *, found: bool) -> None:
    assert (read(page, content_type) is not None) is found


@pytest.mark.parametrize(
    ("charset", "content_type", "meta"),
    [
        ("utf-8", "text/html", ""),
        ("utf-8", "text/html; charset=iso-8859-1", None),
        ("iso-8859-1", "text/html; charset=ISO-8859-1", ""),
        ("iso-8859-1", "text/html", '<meta charset="iso-8859-1">'),
        ("iso-8859-1", "text/html", '<meta http-equiv=content-type content="text/html; charset=latin1">'),
        ("iso-8859-1", "text/html", ""),
        ("utf-16", "text/html", ""),
        ("cp1251", "text/html; charset=windows-1251", ""),
        ("shift_jis", "text/html; charset=Shift_JIS", ""),
    ],
)
def test_a_page_is_read_in_its_charset(charset: str, content_type: str, meta: str | None) -> None:
    title = {"cp1251": "Привет", "shift_jis": "こんにちは"}.get(charset, "Élève à Évry")
    page = f"{meta or ''}<title>{title}</title>{LINK}".encode(charset)
    words = read(codecs.BOM_UTF8 + page if meta is None else page, content_type)
    assert words is not None
    assert words.title == title


ENTRY = f"""
<title>Page of Ann</title><meta name=author content=Someone><meta property="og:site_name" content="Ann &amp; co">
<div class="h-entry"><p class="p-name">Another</p></div>
<article class="h-entry post"><h1 class="p-name">About <b>soup</b> &amp; bread</h1>
  <a class="p-author h-card" href="/ann">Ann</a> <p class="p-summary">I tried it.</p>
  <div class="e-content"><p>It was good: {LINK}</p></div></article>"""


CLASSIC = f"""
<title>About soup &#038; bread &#8211; Ann&#8217;s kitchen</title>
<header><h1 class="site-title"><a href="/">Ann’s kitchen</a></h1></header>
<article class="post-5 post hentry"><h2 class="entry-title"><em>About</em> soup &#038; bread</h2>
  <span class="byline">By <span class="author vcard"><a class="url fn n" href="/ann">Ann</a></span></span>
  <div class="entry-content"><p>It was good: {LINK}</p></div></article>"""
"""As WordPress writes them with its Twenty Twenty-One and before: the microformats of 2005."""
BLOCKS = f"""
<title>About soup &#038; bread &#8211; Ann&#8217;s kitchen</title>
<header><h1><a href="/">Ann’s kitchen</a></h1><nav>Sample page</nav></header>
<main><h1 class="wp-block-post-title">About <em>soup</em> &#038; bread</h1>
  <div class="entry-content"><div><p>It was</p></div><div><p>good: {LINK}</p></div></div>
  <div>Posted by Ann</div></main><footer>Powered by it</footer>"""
"""As WordPress writes them with its Twenty Twenty-Three: with no microformats at all."""


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (CLASSIC, Words("About soup & bread", "It was good: soup", "Ann’s kitchen", "Ann")),
        (BLOCKS, Words("About soup & bread", "It was good: soup", "Ann’s kitchen")),
        (ENTRY, Words("About soup & bread", "I tried it.", "Ann & co", "Ann")),
        (
            f"<title>T &amp; U</title><meta name=Description content='D'><meta name=author content=A>{LINK}",
            Words("T & U", "D", "", "A"),
        ),
        (
            f"<meta property=og:title content=O><meta property=og:description content='D\n E'><title>T</title>{LINK}",
            Words("O", "D E", "", ""),
        ),
        (
            f"<title>T</title><p>I have tried <b>the</b> {LINK}, twice.<p>End",
            Words("T", "I have tried the soup, twice. End"),
        ),
        (
            f'<title>Notes</title><p class="h-entry"><span class="p-name e-content">So good: {LINK}</span></p>',
            Words("Notes", "So good: soup"),
        ),
        (f'<title>T</title><div class="h-entry">{"<div>" * 3000}{LINK}', Words("T", "soup", "", "")),
        (f'<title>T</title><div class="h-entry {{}} h-">{LINK}', Words("soup", "soup", "", "")),
    ],
)
def test_words_are_those_of_the_entry_with_the_link_or_of_the_page(page: str, words: Words) -> None:
    assert read(page) == words


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Soup | Ann", "Soup", ("Soup", "Ann")),
        ("Ann » Soup", "Soup", ("Soup", "Ann")),
        ("Ann: Soup", "Soup", ("Soup", "Ann")),
        ("Soup - with bread - Ann", "Soup - with bread", ("Soup - with bread", "Ann")),
        ("Soup – Ann", "<a href='/2024/reply#x'>Soup</a>", ("Soup", "Ann")),
        ("Soup – Ann", "<a href='/'>Ann</a>", ("Soup – Ann", "")),
        ("Soup – Ann", "Bread", ("Soup – Ann", "")),
        ("Soup – Ann", "", ("Soup – Ann", "")),
        ("Soup-bowls", "Soup", ("Soup-bowls", "")),
        ("Soup –", "Soup", ("Soup –", "")),
        ("Soups – Ann", "Soup", ("Soups – Ann", "")),
        ("Soup", "Soup", ("Soup", "")),
    ],
)
def test_a_title_is_parted_from_the_sites_name_where_a_heading_says_how(
    title: str, heading: str, expected: tuple[str, str]
) -> None:
    words = read(f"<title>{title}</title><h1>{heading}</h1><p>{LINK}")
    assert words is not None
    assert (words.title, words.site_name) == expected


def test_a_sites_own_name_for_itself_counts() -> None:
    words = read(f"<meta property=og:site_name content=Annie><title>Soup – Ann</title><h1>Soup</h1>{LINK}")
    assert words is not None
    assert (words.title, words.site_name) == ("Soup", "Annie")


def test_the_text_around_a_link_ends_with_its_section_and_with_a_word() -> None:
    before, after = "a" * 9 + " " + "bread " * 30, "butter " * 60
    words = read(f"<nav>Menu</nav><h2>Soup</h2><p>Tried {LINK}.<h2>Comments</h2><p>First!")
    assert words is not None
    assert words.excerpt == "Tried soup."
    words = read(f"<div class=entry-content>Soup<div>!</div></div><div>Seen {LINK}</div> today")
    assert words is not None
    assert words.excerpt == "Soup ! Seen soup today"
    words = read(f"<p>{before} {LINK} {after}")
    assert words is not None
    assert words.excerpt.startswith("…bread bread")
    assert words.excerpt.endswith(" butter…")


PIECES = st.sampled_from(
    (
        *(
            "<div class='h-entry'>",
            "</div>",
            "<p>",
            "<b>",
            "</b>",
            "<a href=x>",
            "</a>",
            "text ",
            "<br>",
            "&amp;",
        ),
        *(
            "<table><tr><td>",
            "</table>",
            "<script>a<b</script>",
            "<title>",
            "'",
            '"',
            ">",
            "<p class=p-name>",
        ),
        *("<", "<!-- x", "\0", "é"),
    )
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_page_is_too_strange(page: str) -> None:
    assert read(page + LINK) is None or read(page + LINK)
    parts = list(tokens(page))
    for place, token in enumerate(parts):
        if isinstance(token, Start):
            markup, _ = rebuilt(parts, place)
            assert markup.count("<") == markup.count(">")


TIDY = st.recursive(
    st.sampled_from(
        (
            *("text", "<br>", "<!-- <a href=no> -->", "<script>'<a href=no>'</script>"),
            *("<a href='/1?a=1&amp;b'>x</a>", "<img src=2 alt='<a href=no>'>", '<a title=">" href="3">y</a>'),
            "<template><a href=no></a></template>",
        )
    ),
    lambda inner: st.lists(inner, max_size=4).map(lambda some: f"<div title='a'>{''.join(some)}</div>"),
)


@given(TIDY)
def test_links_are_those_that_a_parser_of_html5_finds(page: str) -> None:
    expected = [node.attributes["href"] for node in LexborHTMLParser(page).css("a[href]")]
    starts = [token for token in tokens(page) if isinstance(token, Start) and token.name == "a"]
    assert [start.attributes["href"] for start in starts] == expected


def test_only_so_many_links_are_followed() -> None:
    links = [f"<a href={number}>" for number in range(MOST_LINKS)]
    assert read("".join([*links[1:], LINK])) is not None
    assert read("".join([*links, LINK])) is None
    assert read("".join([*links[1:], *links[1:], LINK])) is not None


@pytest.mark.parametrize("piece", ["<i>", "<", "<a b='", "<a b ", "</i", " <i><p>x"])
def test_reading_takes_time_that_grows_with_the_length_alone(piece: str) -> None:
    short, long = (_seconds(piece * (length // len(piece)) + LINK) for length in (20_000, 200_000))
    assert long < 40 * short + 0.5  # the square of it is 100 times as much


def _seconds(page: str) -> float:
    begun = time.process_time()
    read(page)
    return time.process_time() - begun
