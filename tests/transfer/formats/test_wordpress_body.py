import time
from collections.abc import Mapping

import pytest

from transfer.formats.wordpress_body import comment_html, html_of, shares_blocks


def pictures(wanted: Mapping[str, str]) -> list[str]:
    return [f"/{number}.jpg" for number in wanted.get("ids", "").split(",") if number]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        ("one<br />\ntwo \n", "<p>one<br>\ntwo</p>"),
        ("a\n \t\n\n\nb", "<p>a</p>\n<p>b</p>"),
        ("<p>one\n\ntwo\nthree</p>", "<p>one</p>\n<p>two<br>\nthree</p>"),
        ("<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>", "<ul>\n<li>a</li>\n\n<li>b</li>\n</ul>"),
        ("<li>a\n\nb</li>", "<li><p>a</p>\n<p>b</p>\n</li>"),
        ("a\n<pre>b\n\nc</pre>\nd", "<p>a</p>\n<pre>b\n\nc</pre><p>d</p>"),
        ("<script>\n\nx\n\n</script>", "<script>\n\nx\n\n</script>"),
        ("<style>\n\nx\n\n</style>", "<style>\n\nx\n\n</style>"),
        ("<blockquote>a\nb</blockquote>", "<blockquote><p>a<br>\nb</p>\n</blockquote>"),
        ("<div>a</div>", "<div>a</div>"),
        ("<h2>a</h2>\nb", "<h2>a</h2><p>b</p>"),
        ("<table>\n<tr>\n<td>a</td></tr></table>", "<table>\n<tr>\n<td>a</td></tr></table>"),
        ("a <img\nsrc='b'> c", "<p>a <img\nsrc='b'> c</p>"),
        ("<p>one\n<p>two", "<p>one<p>two"),
        ("<pre>never\n\nclosed", "<pre>never\n\nclosed"),
        ("2 < 3\n\n4 > 3", "<p>2 < 3</p>\n<p>4 > 3</p>"),
        ("", ""),
    ],
)
def test_empty_lines_part_paragraphs(text: str, expected: str) -> None:
    assert html_of(text, pictures) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[caption id="a" width="300"]<img src="b"> Words[/caption]',
            '<img src="b"><figcaption>Words</figcaption>',
        ),
        (
            '[caption caption="Old &lt;way&gt;"]<a href="c"><img src="b"></a>[/caption]',
            '<a href="c"><img src="b"></a><figcaption>Old &lt;way&gt;</figcaption>',
        ),
        ('[gallery ids="3,4"]', '<img src="/3.jpg" alt=""><br>\n<img src="/4.jpg" alt="">'),
    ],
)
def test_captions_and_galleries_are_figures(text: str, expected: str) -> None:
    assert html_of(text, pictures) == f"<figure>{expected}</figure>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[gallery]] and [[foo]] and [foo bar]", "<p>[gallery] and [[foo]] and [foo bar]</p>"),
        ("[gallery]", ""),
        ('[video mp4="http://a.example/b.mp4"][/video]', "http://a.example/b.mp4"),
        ("[audio http://a.example/b.mp3|titles=x]", "http://a.example/b.mp3"),
        ("[embed width=3]http://a.example/?b=1&c=2[/embed]", "http://a.example/?b=1&amp;c=2"),
        ("[youtube=http://a.example/watch?v=1]", "http://a.example/watch?v=1"),
        ("[sourcecode language='python']\nif a:\n\n    b\n[/sourcecode]", "<pre>if a:\n\n    b</pre>"),
        ("https://a.example/b", "https://a.example/b"),
        ("<p>  https://a.example/b  </p>", None),
    ],
)
def test_shortcodes_and_lone_addresses_become_what_they_stand_for(text: str, expected: str | None) -> None:
    if expected is None:
        expected = '<p><a href="https://a.example/b">https://a.example/b</a></p>'
    elif expected.startswith("http"):
        expected = f'<p><a href="{expected}">{expected}</a></p>'
    assert html_of(text, pictures) == expected


def test_an_address_in_a_line_with_other_words_stays_text() -> None:
    assert html_of("see https://a.example/b", pictures) == "<p>see https://a.example/b</p>"


def test_page_breaks_part_paragraphs_and_leave_nothing() -> None:
    text = "a<!--more Read on--> b\n<!--nextpage-->c<!-- note -->d"
    assert html_of(text, pictures) == "<p>a</p>\n<p>b</p>\n<p>cd</p>"


def test_blocks_lose_their_comments_and_get_no_paragraphs() -> None:
    text = """<!-- wp:paragraph {"a":"b"} -->
<p>one
two</p>
<!-- /wp:paragraph --><!-- wp:latest-posts /--><!-- wp:more --><!--more--><!-- /wp:more -->
<!-- wp:embed --><figure><div>
https://a.example/b
</div></figure><!-- /wp:embed --><!-- wp:freeform -->classic

text<!-- /wp:freeform --><!-- wp:code --><pre><code>https://c.example/

&lt;</code></pre><!-- /wp:code -->"""
    expected = """<p>one
two</p>

<figure><div>
<a href="https://a.example/b">https://a.example/b</a>
</div></figure>
<p>classic</p>
<p>text</p>
<pre><code>https://c.example/

&lt;</code></pre>"""
    assert html_of(text, pictures) == expected


def test_blocks_that_are_kept_elsewhere_are_noticed() -> None:
    assert shares_blocks('<!-- wp:block {"ref":12} /-->')
    assert not shares_blocks("<!-- wp:blockquote -->")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo\n\nthree", "<p>one<br>\ntwo</p>\n<p>three</p>"),
        (
            "see https://a.example/b?c=1&amp;d.",
            '<p>see <a href="https://a.example/b?c=1&amp;d">https://a.example/b?c=1&amp;d</a>.</p>',
        ),
        (
            '<a href="https://a.example/">https://a.example/</a>',
            '<p><a href="https://a.example/">https://a.example/</a></p>',
        ),
        ("[caption]not here[/caption]", "<p>[caption]not here[/caption]</p>"),
        ("", ""),
    ],
)
def test_comments_get_paragraphs_and_links(text: str, expected: str) -> None:
    assert comment_html(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '<a "',
        "<pre>",
        "<textarea>",
        '[caption "',
        "[caption]",
        "[gallery ",
        "[[gallery",
        "<!--",
        "<a ",
        "<p>",
        "<li>",
        " ",
        "\n \n ",
        "<br>",
        "http://",
        "http://a.",
    ],
)
def test_what_is_never_closed_does_not_take_long(text: str) -> None:
    text *= 60_000 // len(text)
    began = time.process_time()
    html_of(text, pictures)
    comment_html(text)
    assert time.process_time() - began < 2
