import re
import sys
from collections.abc import Callable
from contextlib import suppress
from html.parser import HTMLParser
from math import isqrt

import pytest

from models.text import TextError
from resolvers.bodies import rendered
from resolvers.errors import InvalidInput
from resolvers.markdown import COMMENT_TAGS, POST_TAGS, Rendered, render_comment, render_post

REL = 'rel="nofollow ugc noopener"'


def post(body: str) -> str:
    return render_post(body, longest=100_000).html


def comment(body: str) -> str:
    return render_comment(body, longest=10_000).html


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
        ("[a](/logout)", f"<p><a {REL}>a</a></p>\n"),
        ("|a|\n|-|\n|b|", "<p>|a|<br>\n|-|<br>\n|b|</p>\n"),
        ("- a", "<ul>\n<li>a</li>\n</ul>\n"),
    ],
)
def test_a_comment_may_do_less_and_keeps_its_line_breaks(body: str, html: str) -> None:
    assert comment(body) == html


@pytest.mark.parametrize(
    ("body", "address", "rest"),
    [
        ("see https://example.org/a_b_c.", "https://example.org/a_b_c", "."),
        ("(https://example.org/a_(b))", "https://example.org/a_(b)", ")"),
        ("https://example.org/?a=1&b=2!", "https://example.org/?a=1&amp;b=2", "!"),
        ("**http://exämple.org/é**", "http://xn--exmple-cua.org/%C3%A9", ""),
        ('"https://example.org"', "https://example.org", '"'),
    ],
)
def test_a_bare_address_becomes_a_link(body: str, address: str, rest: str) -> None:
    html = comment(body)
    assert f'<a href="{address}" {REL}>' in html
    assert f"</a>{rest}" in html


@pytest.mark.parametrize(
    "body",
    [
        "example.org",
        "xhttps://example.org",
        "ftp://example.org",
        "`https://example.org`",
        "https://" + "x" * 2000,
        "https://",
    ],
)
def test_what_is_no_bare_address_stays_text(body: str) -> None:
    assert "<a" not in comment(body)


def test_a_link_is_not_linked_again() -> None:
    assert comment("[https://a.org](https://b.org) <https://c.org>").count("<a ") == 2


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
    lambda length: "".join("`" * number + " " for number in range(isqrt(2 * length))),
    lambda length: "".join(f"[{number}]: x\n" for number in range(length // 8)),
    lambda length: '[a]: b "' + "x\n" * (length // 2),
)
"""Each of so many characters, or a few less."""


@pytest.mark.parametrize("render", [render_comment, render_post])
@pytest.mark.parametrize("hostile", [*HOSTILE, *NESTED])
def test_what_rendering_costs_grows_with_the_text_and_no_faster(
    render: Callable[..., Rendered], hostile: str | Callable[[int], str]
) -> None:
    costs = []
    for length in (2_000, 8_000):
        body = hostile * length if isinstance(hostile, str) else hostile(length)
        costs.append(calls(render, body[:length]) / length)
    assert costs[1] < 1.5 * costs[0] + 10
    assert max(costs) < MOST_CALLS


def calls(render: Callable[..., Rendered], body: str) -> int:
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


def test_deep_nesting_is_cut_off() -> None:
    assert len(post(">" * 100_000)) < 1000
    assert len(post("".join("  " * depth + "- a\n" for depth in range(200)))) < 20_000
    nested = "".join("[" * 5000 + "a" + "](b)" * 5000)
    assert len(post(nested)) < 100_000


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
