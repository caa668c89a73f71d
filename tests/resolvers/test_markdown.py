import re
import sys
from collections.abc import Callable
from contextlib import suppress
from html.parser import HTMLParser
from math import isqrt

import pytest

from models.errors import InvalidInput
from models.text import TextError
from resolvers.markdown import COMMENT_TAGS, POST_TAGS, RenderedText, render_comment, render_post
from resolvers.rendering import rendered
from tests.resolvers.rendering import REL, comment, post


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("*a* **b** `c` ~~d~~", "<p><em>a</em> <strong>b</strong> <code>c</code> <s>d</s></p>\n"),
        ("# Title", "<h1>Title</h1>\n"),
        ("[a](https://example.org 't')", f'<p><a href="https://example.org" title="t" {REL}>a</a></p>\n'),
        ("[a](/about)", f'<p><a href="/about" {REL}>a</a></p>\n'),
        ("![a](https://example.org/x.png)", '<p><img src="https://example.org/x.png" alt="a"></p>\n'),
        ("```py\nx < 1\n```", '<pre><code class="language-py">x &lt; 1\n</code></pre>\n'),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("> a\n\n---", "<blockquote>\n<p>a</p>\n</blockquote>\n<hr>\n"),
        ("a\nb", "<p>a\nb</p>\n"),
        ("<b>a</b> &amp; <!-- c -->", "<p>&lt;b&gt;a&lt;/b&gt; &amp; &lt;!-- c --&gt;</p>\n"),
    ],
)
def test_a_post_is_markdown(body: str, html: str) -> None:
    assert post(body) == html


def test_a_table_keeps_its_alignment() -> None:
    assert '<td style="text-align:right">2</td>' in post("|a|b|\n|-|-:|\n|1|2|")


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("# a", "<p># a</p>\n"),
        ("![a](https://example.org/x.png)", f'<p>!<a href="https://example.org/x.png" {REL}>a</a></p>\n'),
        ("[a](/logout)", "<p>[a](/logout)</p>\n"),
        ("|a|\n|-|\n|b|", "<p>|a|<br>\n|-|<br>\n|b|</p>\n"),
        ("- a", "<ul>\n<li>a</li>\n</ul>\n"),
    ],
)
def test_a_comment_may_do_less_and_keeps_its_line_breaks(body: str, html: str) -> None:
    assert comment(body) == html


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](java&Tab;script:alert(1))",
    "[a](\\javascript:alert(1))",
    "[a](vbscript:x) [b](data:text/html;base64,PHNjcmlwdD4=) [c](file:///etc/passwd)",
    "![a](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![a](javascript:alert(1))",
    '![a](https://example.org/x.png"onerror="alert(1))',
    '[a](https://example.org "x\\" onmouseover=\\"alert(1)")',
    "[a]: javascript:alert(1)\n\n[a]",
    "<javascript:alert(1)>",
    '<https://example.org/"onclick=alert(1)>',
    'https://example.org/"onclick=alert(1)',
    "https://example.org/'onclick='alert(1)",
    '```x" onclick="alert(1)\nx\n```',
    "```<script>\nx\n```",
    "`<img src=x onerror=alert(1)>`",
    "| <script> |\n|-|\n| <iframe src=javascript:alert(1)> |",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>@import 'x'</style><base href=//evil><form action=x><input>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "[a](https://example.org){onclick=alert(1)}",
    "[a](http://example.org\u0000javascript:alert(1))",
]


class Reading(HTMLParser):
    """What a browser would make of it: the tags and the attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("body", ATTACKS)
@pytest.mark.parametrize(("render", "tags"), [(post, POST_TAGS), (comment, COMMENT_TAGS)])
def test_nothing_that_runs_gets_through(body: str, render: object, tags: set[str]) -> None:
    assert callable(render)
    for wrapped in (body, f"> - {body}", f"[{body}](https://example.org)", f"*{body}*"):
        read = Reading(render(wrapped))
        assert read.tags <= tags
        for name, value in read.attributes:
            assert name in {"href", "title", "rel", "src", "alt", "class", "start", "style"}
            if name in {"href", "src"}:
                assert re.match(r"https?:|mailto:|[^:]*$", value)


HOSTILE = (
    *("[", "[a](", "![", "[a](b)", "](a)", "> ", "- ", "# ", "```\n", "|a", "a\n=\n", "**a_", "*a ", "~~a "),
    *("`", "\\", "a\n", "&", "<", "&#x41;", "http://a.b ", "<http://a.b>", "http://a" + ")" * 50),
)


MOST_CALLS = 600
"""Of Python functions for each character: the worst ways to write need half of that, for the markup in them."""


NESTED: tuple[Callable[[int], str], ...] = (
    lambda length: ">" * (length // 2) + "\na" * (length // 4),
    lambda length: "[" * (length // 2) + "]" * (length // 2),
    lambda length: "![" * (length // 4) + "](a)" * (length // 8),
    lambda length: "*" * (length // 2) + "a" + "*" * (length // 2),
    lambda length: "\n".join("  " * depth + "- a" for depth in range(isqrt(length))),
    lambda length: (">" * 20 + "a\n") + "a\n" * (length // 2),
    lambda length: "> - " * 10 + "a\n" + "a\n" * (length // 2),
    lambda length: "\n".join("  " * min(depth, 19) + "- a" for depth in range(length // 42)),
    lambda length: "".join("`" * number + " " for number in range(isqrt(2 * length))),
    lambda length: "".join(f"[{number}]: x\n" for number in range(length // 8)),
    lambda length: '[a]: b "' + "x\n" * (length // 2),
)
"""Each of so many characters, or a few less."""


@pytest.mark.parametrize("render", [render_comment, render_post])
@pytest.mark.parametrize("hostile", [*HOSTILE, *NESTED])
def test_what_rendering_costs_grows_with_the_text_and_no_faster(
    render: Callable[..., RenderedText], hostile: str | Callable[[int], str]
) -> None:
    costs = []
    for length in (1_000, 4_000):
        body = hostile * length if isinstance(hostile, str) else hostile(length)
        costs.append(calls(render, body[:length]) / length)
    assert costs[1] < 1.5 * costs[0] + 10
    assert max(costs) < MOST_CALLS


def calls(render: Callable[..., RenderedText], body: str) -> int:
    """How many calls it takes to render the body."""
    counted = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal counted
        counted += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        with suppress(TextError):
            assert len(render(body, longest=len(body)).html) <= 10 * len(body)
    finally:
        sys.setprofile(None)
    return counted


def lists(depth: int) -> str:
    return "\n".join("  " * level + f"- word{level}." for level in range(depth))


def quotes(depth: int) -> str:
    return "\n".join(">" * (level + 1) + f" word{level}." for level in range(depth))


NESTINGS: tuple[Callable[[int], str], ...] = (
    lists,
    quotes,
    lambda depth: "\n".join("   " * level + f"1. word{level}." for level in range(depth)),
    lambda depth: "\n".join("> - " * (level + 1) + f"word{level}." for level in range(depth // 2)),
    lambda depth: "- " * depth + "word0.",
    lambda depth: "> " * depth + "```\n" + "> " * depth + "word0.\n" + "> " * depth + "```",
)
"""Quotes and lists of this depth."""

INLINE_NESTINGS: tuple[Callable[[int], str], ...] = (
    lambda depth: "".join(f"*word{level}. " for level in range(depth)) + "a" + "*" * depth,
    lambda depth: "".join(f"**word{level}. _a " for level in range(depth)) + "a" + "_**" * depth,
    lambda depth: "".join(f"[word{level}. " for level in range(depth)) + "a" + "](https://b.org)" * depth,
    lambda depth: "".join(f"[word{level}. " for level in range(depth)) + "a" + "]" * depth,
    lambda depth: "".join(f"![word{level}. " for level in range(depth)) + "a" + "](https://b.org)" * depth,
)


def words(text: str) -> set[str]:
    return set(re.findall(r"word\d+\.", text))


@pytest.mark.parametrize("render", [post, comment])
@pytest.mark.parametrize("nesting", NESTINGS)
def test_no_word_of_what_is_nested_is_lost(
    render: Callable[[str], str], nesting: Callable[[int], str]
) -> None:
    for depth in range(2, 21):
        assert words(render(nesting(depth))) == words(nesting(depth)) != set()


@pytest.mark.parametrize("render", [post, comment])
@pytest.mark.parametrize("nesting", INLINE_NESTINGS)
@pytest.mark.parametrize("depth", [1, 19, 20, 21, 41, 42, 43, 150])
def test_no_word_of_emphasis_and_links_is_lost(
    render: Callable[[str], str], nesting: Callable[[int], str], depth: int
) -> None:
    assert words(render(nesting(depth))) == words(nesting(depth)) != set()


@pytest.mark.parametrize("render", [render_post, render_comment])
@pytest.mark.parametrize("nesting", NESTINGS)
@pytest.mark.parametrize("depth", [22, 42, 43, 150])
def test_what_is_nested_too_deeply_is_refused(
    render: Callable[..., RenderedText], nesting: Callable[[int], str], depth: int
) -> None:
    with pytest.raises(InvalidInput) as refused:
        rendered(render, nesting(depth), longest=100_000)
    assert refused.value.fields == (
        ("body", "The body has more than 20 quotes and lists within one another."),
    )


def test_the_limit_of_nesting_is_where_it_says() -> None:
    assert "word19." in post(lists(20))
    for nesting in (lists(21), quotes(21), ">" * 100_000):
        with pytest.raises(TextError):
            post(nesting)


def test_the_plain_text_has_the_deepest_words_too() -> None:
    assert "word19." in render_post(lists(20), longest=1000).text


def test_html_out_of_proportion_is_refused() -> None:
    repeated = "[a]: https://example.org/" + "x" * 5000 + "\n\n" + "[a] " * 1000
    for render in (render_post, render_comment):
        with pytest.raises(TextError, match=r"becomes too large as HTML\."):
            render(repeated, longest=10_000)
    with pytest.raises(TextError, match=r"becomes too large as HTML\."):
        render_post("[a](b)" * 1000, longest=1000)


def test_a_body_that_shows_nothing_is_empty() -> None:
    with pytest.raises(InvalidInput) as refused:
        rendered(render_comment, "[a]: https://example.org", longest=100)
    assert refused.value.fields == (("body", "The body is empty when rendered."),)


def test_the_plain_text_is_what_the_paragraphs_say() -> None:
    prose = "# Title\n\nHello *you*,\nsee `x` and\\\n[this](https://example.org)."
    body = f"{prose}\n\n```\ncode\n```\n\n- one\n\n> two\n\n|a|\n|-|\n|b|"
    assert render_post(body, longest=1000).text == "Hello you, see x and this. one two"
