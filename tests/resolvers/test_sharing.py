"""Whatever a title has in it, whoever is sent there gets it unchanged, and nobody is asked anything."""

import json
import subprocess
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from models.text import TextError, line
from resolvers.policy import Site
from resolvers.share_services import PRESETS, USUAL, services_of
from resolvers.sharing import links_of
from tests.tools import find

URL = "https://blog.example/posts/a-post"
TITLES = [
    "Fish & chips = 100% #1? +1",
    "\"Quoted\" 'and' «guillemets» <b>",
    "a%20b %C3%A9 %zz",
    "שלום עולם & مرحبا",
    "\u200fright to left\u200e",
    "👩‍👩‍👧‍👦 family 🇫🇷 🇧🇪 e\u0301\u0302",
    "{url} {title} {text:300} {instance}",
    "../..//?x=y&z;a=b\\c",
    "日本語のタイトル",
    "~!*'()-._",
]


def titles() -> st.SearchStrategy[str]:
    """Titles as `line` has them."""

    def kept(text: str) -> str | None:
        try:
            return line(text, longest=300)
        except TextError:
            return None

    return st.text(min_size=1).map(kept).filter(bool).map(str)


def fields(address: str) -> dict[str, str]:
    """What whoever is sent to the address is told there."""
    parts = urlsplit(address)
    found = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)
    return {name: value for name, (value,) in found.items()}


@given(titles())
def test_a_title_comes_back_unchanged(title: str) -> None:
    text = f"{title} {URL}"
    expected: dict[str, dict[str, str]] = {
        "email": {"subject": title, "body": URL},
        "mastodon": {"text": text},
        "bluesky": {"text": text},
        "facebook": {"u": URL},
        "linkedin": {"url": URL},
        "reddit": {"url": URL, "title": title},
        "hackernews": {"u": URL, "t": title},
        "whatsapp": {"text": text},
        "telegram": {"url": URL, "text": title},
        "delicious": {"url": URL, "title": title},
        "digg": {"phase": "2", "url": URL, "title": title},
        "fark": {"u": URL, "h": title},
        "myspace": {"u": URL, "t": title},
    }
    if len(regex.findall(r"\X", text)) > 300:
        del expected["bluesky"]
    for id_, told in expected.items():
        service = PRESETS[id_]
        address = service.address(title, URL)
        assert fields(address) == told, id_
        assert address.partition("?")[0] == service.url_template.partition("?")[0]


def test_browsers_read_the_same() -> None:
    """By the URL parser of Node.js, that is of browsers; and its letters are counted as ours are."""
    long = ["👩‍👩‍👧‍👦" * 290, "क्षि" * 280, "e\u0301\u0302" * 299, "🇫🇷" * 280, "word " * 70]
    asked = [
        (service.id, title, service.address(title, URL).replace("{instance}", "social.example"))
        for service in PRESETS.values()
        for title in [*TITLES, *long]
    ]
    script = """
        const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
        const letters = (text) => [...new Intl.Segmenter().segment(text)].length;
        console.log(JSON.stringify(asked.map(([id, title, address]) => {
            const read = new URL(address);
            const values = [...read.searchParams.values()];
            return [read.protocol, read.hash, values, values.map(letters)];
        })));
    """
    ran = subprocess.run(
        [find("node"), "-e", script], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    for (id_, title, address), (protocol, fragment, values, letters) in zip(
        asked, json.loads(ran.stdout), strict=True
    ):
        assert protocol == ("mailto:" if id_ == "email" else "https:"), address
        assert fragment == ""
        assert any(URL in value for value in values), address
        if id_ == "bluesky" and title in long:
            assert letters == [300] or title.startswith("word")
            assert max(letters) <= 300
            start, _, end = values[0].partition("… ")
            assert end == URL
            assert title.startswith(start)
        elif id_ not in ("facebook", "linkedin"):
            assert title in values or f"{title} {URL}" in values, address


def test_of_a_short_message_the_address_is_whole_and_the_title_is_cut_between_letters() -> None:
    (service,) = services_of("short=Short=https://s.example/?t={text:40}")
    assert fields(service.address("A" * 6, URL)) == {"t": f"AAAAAA {URL}"}
    assert fields(service.address("A" * 7, URL)) == {"t": f"AAAAA… {URL}"}
    assert fields(service.address("Word a" * 2, URL)) == {"t": f"Word… {URL}"}
    assert fields(service.address("🇫🇷" * 7, URL)) == {"t": f"{'🇫🇷' * 5}… {URL}"}
    for more, shown in (("xxxx", "A…"), ("xxxxx", ""), ("x" * 80, "")):
        assert fields(service.address("A" * 7, URL + more)) == {"t": f"{shown} {URL}{more}".strip()}


def test_a_page_of_another_site_is_shared_where_it_is() -> None:
    there = "https://else.example/a?b='c'&d#e"
    rows: list[dict[str, Any]] = [
        {"title": "One", "slug": "one", "address": None},
        {"title": "Two", "slug": "two", "address": there},
    ]
    site = Site(url="https://blog.example", share_services=services_of("telegram,mastodon"))
    one, two = links_of(rows, site)
    assert fields(one[0].url) == {"url": "https://blog.example/posts/one", "text": "One"}
    assert fields(two[0].url) == {"url": there, "text": "Two"}
    assert two[1].url.startswith("https://{instance}/share?text=Two%20https%3A%2F%2Felse.example%2Fa%3Fb")
    assert [link.service.id for link in one] == ["telegram", "mastodon"]


def test_what_is_historic_is_only_there_when_it_is_wanted() -> None:
    assert [service.id for service in USUAL] == [
        "email", "mastodon", "bluesky", "facebook", "linkedin", "reddit", "hackernews", "whatsapp", "telegram",
    ]  # fmt: skip
    wanted = services_of("digg, delicious,myspace,fark")
    assert [service.name for service in wanted] == ["Digg", "Delicious", "MySpace", "Fark"]
    assert all(service.historic for service in wanted)


def test_own_services_stand_among_the_known_ones() -> None:
    forum, mastodon = services_of(
        "forum=Our forum=https://forum.example/new?a=b&title={title}&link={url}#{url},"
        "mastodon=Mastodon=https://social.example/share?text={text}"
    )
    assert (forum.id, forum.name, forum.historic) == ("forum", "Our forum", False)
    assert (
        forum.address("a=b", "https://x.example/")
        == "https://forum.example/new?a=b&title=a%3Db&link=https%3A%2F%2Fx.example%2F#https%3A%2F%2Fx.example%2F"
    )
    assert mastodon.url_template == "https://social.example/share?text={text}"
    assert services_of("none") == services_of("") == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("email,twiter", "'twiter' is no service"),
        ("none,email", "'none' is no service"),
        ("email,reddit,email", "'email' is there twice"),
        ("A b=Name=https://x.example/?{url}", "The id 'A b'"),
        ("a==https://x.example/?{url}", "'a' has no name"),
        ("a=\u202eName=https://x.example/?{url}", "'a' has no name"),
        ("a=Name", "must be an address"),
        ("a=Name=javascript:alert(1)?{url}", "must be an address"),
        ("a=Name=//x.example/?{url}", "must be an address"),
        ("a=Name=https:///?{url}", "must be an address"),
        ("a=Name=https://[x/?{url}", "must be an address"),
        ("a=Name=https://x.example/é?{url}", "must be an address"),
        ("a=Name=https://x.example/a b?{url}", "must be an address"),
        ("a=Name=https://x.example/{url}", "no other braces"),
        ("a=Name=https://x.example/?u={url}&v={slug}", "no other braces"),
        ("a=Name=https://x.example/?u={url:300}", "no other braces"),
        ("a=Name=https://x.example/?u={url}&i={instance}", "no other braces"),
        ("a=Name=https://x.example/{instance}?u={url}", "no other braces"),
        ("a=Name=https://x.example/?u={{url}}", "no other braces"),
        ("a=Name=https://x.example/?t={title}", "must have {url} or {text}"),
        ("a=Name=https://x.example/", "must have {url} or {text}"),
    ],
)
def test_what_can_be_no_service_is_refused_with_a_sentence(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=regex.escape(problem, special_only=True)):
        services_of(text)
