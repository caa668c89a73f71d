"""What readers find in each format: feedparser for XML, and what the specification of JSON Feed says."""

import json
from typing import Any

import feedparser  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from syndication import DeletedEntry, Feed, FeedFormat, Person, render
from tests.syndication.feeds import COMMENT, LATER, MOMENT, POST, SITE, entry, feed

XML = (FeedFormat.ATOM, FeedFormat.RSS)
FORBIDDEN = "\x00\x01\x08\x0b\x0c\x0e\x1f\ud800\udfff\ufffe\uffff"
AWKWARD = f"a]]>{FORBIDDEN}<b>&amp; \u202eאב é\U0001f600\t"
READABLE = "a]]><b>&amp; \u202eאב é\U0001f600"


def parsed(made: Feed, format_: FeedFormat) -> Any:
    """What feedparser reads, which must have nothing to complain about."""
    headers = {"content-type": f"{format_.media_type}; charset=utf-8"}
    read = feedparser.parse(render(made, format_), response_headers=headers, sanitize_html=False)
    assert not read.bozo, read.bozo_exception
    return read


def read_json(made: Feed) -> Any:
    return json.loads(render(made, FeedFormat.JSON))


@pytest.mark.parametrize("format_", XML)
def test_feedparser_reads_an_entry(format_: FeedFormat) -> None:
    read = parsed(feed(entry()), format_)
    (found,) = read.entries
    assert (found.id, found.link, found.title) == (COMMENT, f"{SITE}/posts/a#comment_3", "Re: A")
    assert [content.value for content in found.content] == ["<p>Hello</p>"]
    assert [author.name for author in found.authors] == ["Ada"]
    assert found.published_parsed[:6] == (2024, 5, 31, 22, 30, 15)
    assert found.updated_parsed[:6] == (2024, 6, 2, 8, 0, 0)
    assert found.summary == "Hello"
    assert found["thr_in-reply-to"]["ref"] == POST
    assert found["thr_in-reply-to"]["href"] == f"{SITE}/posts/a"
    assert [tag.label or tag.term for tag in found.tags] == ["B & C"]
    assert (read.feed.title, read.feed.subtitle) == ("Comments: Blog", "About this")
    assert read.feed.language == "en"


def test_atom_tells_of_threads() -> None:
    (found,) = parsed(feed(entry()), FeedFormat.ATOM).entries
    replies = [link for link in found.links if link.rel == "replies"]
    assert [(link.type, link.href) for link in replies] == [
        ("application/atom+xml", f"{SITE}/comments/comment_3/comments.atom"),
        ("text/html", f"{SITE}/posts/a#comment_3"),
    ]
    assert [(link["thr:count"], link["thr:updated"]) for link in replies] == [
        ("2", "2024-06-02T08:00:00Z")
    ] * 2
    assert found.thr_total == "2"
    assert (found.author_detail.name, found.author_detail.href) == ("Ada", f"{SITE}/people/ada")


def test_rss_tells_of_comments() -> None:
    (found,) = parsed(feed(entry()), FeedFormat.RSS).entries
    assert found.comments == f"{SITE}/posts/a#comment_3"
    assert found.guidislink is False
    assert found.slash_comments == "2"
    assert found.wfw_commentrss == f"{SITE}/comments/comment_3/comments.atom"


def test_descriptions_of_rss_are_html() -> None:
    text = "a <script> & more"
    root = etree.fromstring(render(feed(entry(summary=text), subtitle=text), FeedFormat.RSS))
    for path in ("channel/description", "channel/item/description"):
        assert root.findtext(path) == "a &lt;script&gt; &amp; more"
    root = etree.fromstring(render(feed(entry(summary=text), subtitle=text), FeedFormat.ATOM))
    assert {each.text for each in root.iter("{*}subtitle", "{*}summary")} == {text}


def test_what_has_no_summary_is_all_there_for_readers_of_descriptions() -> None:
    root = etree.fromstring(render(feed(entry(summary="")), FeedFormat.RSS))
    assert root.findtext("channel/item/description") == "<p>Hello</p>"


def test_json_feed_has_authors_only() -> None:
    (found,) = read_json(feed(entry(image_url=f"{SITE}/media/x.webp")))["items"]
    assert found == {
        "id": COMMENT,
        "url": f"{SITE}/posts/a#comment_3",
        "title": "Re: A",
        "content_html": "<p>Hello</p>",
        "summary": "Hello",
        "image": f"{SITE}/media/x.webp",
        "date_published": "2024-05-31T22:30:15.123456Z",
        "date_modified": "2024-06-02T08:00:00Z",
        "authors": [{"name": "Ada", "url": f"{SITE}/people/ada"}],
        "tags": ["B & C"],
        "language": "fr",
        "_thread": {
            "in_reply_to": {
                "id": POST,
                "url": f"{SITE}/posts/a",
                "feed_url": f"{SITE}/posts/a/comments.atom",
            },
            "replies": {
                "count": 2,
                "feed_url": f"{SITE}/comments/comment_3/comments.atom",
                "url": f"{SITE}/posts/a#comment_3",
            },
        },
    }


@pytest.mark.parametrize("format_", XML)
def test_pages_lead_on(format_: FeedFormat) -> None:
    links = {link.rel: link.href for link in parsed(feed(), format_).feed.links if link.rel != "alternate"}
    assert links == {
        "self": f"{SITE}/comments.atom?after=x",
        "first": f"{SITE}/comments.atom",
        "next": f"{SITE}/comments.atom?after=y%26z",
    }
    assert read_json(feed())["next_url"] == links["next"]
    assert "next_url" not in read_json(feed(next_url=None))


def test_each_entry_says_its_language() -> None:
    root = etree.fromstring(render(feed(entry(), entry(language="en-GB")), FeedFormat.ATOM))
    languages = [each.get("{http://www.w3.org/XML/1998/namespace}lang") for each in root.iter("{*}entry")]
    assert languages == ["fr", "en-GB"]
    read = parsed(feed(entry(), entry(language="en-GB")), FeedFormat.RSS)
    assert [each.language for each in read.entries] == ["fr", "en-GB"]


@pytest.mark.parametrize("format_", XML)
def test_what_xml_cannot_have_is_left_out_and_the_rest_kept(format_: FeedFormat) -> None:
    made = feed(
        entry(title=AWKWARD, html=AWKWARD, author=Person(AWKWARD), summary=AWKWARD, language="fr\x01"),
        title=AWKWARD,
        subtitle=AWKWARD,
    )
    found = parsed(made, format_)
    assert found.feed.title == found.entries[0].title == found.entries[0].author == READABLE
    assert found.entries[0].content[0].value.strip() == READABLE
    assert read_json(made)["items"][0]["content_html"] == f"{READABLE}\t"


@given(st.text())
def test_no_text_makes_a_feed_unreadable(text: str) -> None:
    made = feed(entry(title=text, html=text, author=Person(text)), title=text)
    for format_ in XML:
        etree.fromstring(render(made, format_))
    json.loads(render(made, FeedFormat.JSON))


def test_a_deleted_entry_keeps_its_place_in_atom() -> None:
    made = feed(entry(in_reply_to=None), DeletedEntry(POST, LATER, entry().in_reply_to))
    root = etree.fromstring(render(made, FeedFormat.ATOM))
    (deleted,) = root.iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert dict(deleted.attrib) == {"ref": POST, "when": "2024-06-02T08:00:00Z"}
    assert deleted.find("{*}in-reply-to").get("ref") == POST
    assert len(parsed(made, FeedFormat.ATOM).entries) == 1
    assert "thr_in-reply-to" not in parsed(made, FeedFormat.ATOM).entries[0]
    assert len(parsed(made, FeedFormat.RSS).entries) == len(read_json(made)["items"]) == 1


def test_a_feed_was_changed_when_its_newest_entry_was() -> None:
    assert feed().updated == MOMENT
    assert feed(entry(updated=MOMENT), DeletedEntry(POST, LATER)).updated == LATER


@pytest.mark.parametrize("format_", FeedFormat)
def test_the_same_feed_is_the_same_bytes(format_: FeedFormat) -> None:
    assert render(feed(entry()), format_) == render(feed(entry()), format_)
