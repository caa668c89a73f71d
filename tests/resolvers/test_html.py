"""Bodies in HTML: what is harmless stays, and nothing else."""

import pytest

from models.text import TextError
from resolvers.html import plain_text, render_comment_html, render_post_html
from tests.resolvers.rendering import REL

BASE = "https://old.example/2008/02/03/poutine/"


def post(body: str, base: str = "") -> str:
    return render_post_html(body, longest=10_000, base=base).html


def comment(body: str, base: str = "") -> str:
    return render_comment_html(body, longest=10_000, base=base).html


@pytest.mark.parametrize(
    "body",
    [
        "<p>H<sub>2</sub>O, x<sup>2</sup>, <kbd>Ctrl</kbd>, <q>so</q>, <small>so</small>, <del>no</del></p>",
        "<dl><dt>Poutine</dt><dd>Frites</dd></dl>",
        '<figure><img src="https://e.example/x.png" alt="x"><figcaption>A picture</figcaption></figure>',
        '<table><caption>c</caption><tbody><tr><td style="text-align:right">1</td></tr></tbody></table>',
        '<p lang="fr" dir="ltr">a</p>',
        '<ol start="3" reversed=""><li value="4">a</li></ol>',
        "<details><summary>s</summary>d</details>",
        "<ruby>漢<rt>kan</rt></ruby>",
        "&lt;b&gt; &amp; é 🎎",
    ],
)
def test_what_is_harmless_stays(body: str) -> None:
    assert post(body) == body


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<script>alert(1)</script>a", "a"),
        ("<style>p{}</style>a", "a"),
        ("<STYLE>p{}</STYLE><ScRiPt src='x'></ScRiPt>a", "a"),
        ('<p onclick="x()" onmouseover=x style="position:fixed" class="c" id="i">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', f"<a {REL}>a</a>"),
        ('<a href=" JaVa&#115;cript:alert(1)">a</a>', f"<a {REL}>a</a>"),
        ('<a href="data:text/html,x">a</a>', f"<a {REL}>a</a>"),
        ('<img src="javascript:x" onerror="x" alt="a">', '<img alt="a">'),
        (
            '<a href="https://e.example" target="_blank" rel="me">a</a>',
            f'<a href="https://e.example" {REL}>a</a>',
        ),
        ('<iframe src="https://e.example">x</iframe><form><input name="a">b</form>', "xb"),
        ("<svg onload=x><a>b</a></svg>c", "c"),
        ("<!-- c --><!DOCTYPE html><?php x ?>a", "a"),
        ("<td style='text-align:center;position:fixed'>a</td>", "a"),
        ("<font color=red><blink>a</blink></font>", "a"),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b><i>c</i>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b", "<ul><li>a</li><li>b</li></ul>"),
        ("a</p></div></b>", "a<p></p>"),
        ("a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"),
        ("<b", ""),
        ('<a href="x', ""),
        ("", ""),
    ],
)
def test_what_may_do_harm_or_is_not_whole_is_mended(body: str, html: str) -> None:
    assert post(body) == html


@pytest.mark.parametrize(
    ("address", "absolute"),
    [
        ("/wp-content/x.png", "https://old.example/wp-content/x.png"),
        ("x.png", "https://old.example/2008/02/03/poutine/x.png"),
        ("../x.png", "https://old.example/2008/02/03/x.png"),
        ("//cdn.example/x.png", "https://cdn.example/x.png"),
        ("https://e.example/x.png", "https://e.example/x.png"),
        ("?p=18", "https://old.example/2008/02/03/poutine/?p=18"),
        ("#notes", "https://old.example/2008/02/03/poutine/#notes"),
    ],
)
def test_relative_addresses_are_those_of_the_old_site(address: str, absolute: str) -> None:
    for render in (post, comment):
        assert render(f'<a href="{address}">a</a>', BASE) == f'<a href="{absolute}" {REL}>a</a>'
    assert post(f'<img src="{address}">', BASE) == f'<img src="{absolute}">'
    assert post(f'<a href="{address}">a</a>') == f'<a href="{address}" {REL}>a</a>'


def test_a_comment_may_do_less() -> None:
    assert comment("<h1>a</h1><table><tr><td>b</td></tr></table>") == "ab"
    assert comment('<img src="https://e.example/x.png" alt="a"><kbd>k</kbd>') == "<kbd>k</kbd>"
    assert comment('<a href="/logout">a</a>') == f"<a {REL}>a</a>"
    assert comment("<p>a<br>b</p><dl><dt>c</dt></dl>") == "<p>a<br>b</p><dl><dt>c</dt></dl>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p><p>b</p>", "a b"),
        ("a<br>b<hr/>c", "a b c"),
        ("<ul><li>a</li><li>b</li></ul>", "a b"),
        ("<b>a</b>b", "ab"),
        ("&lt;b&gt; &amp;amp; &eacute;", "<b> &amp; é"),
        ("<p>a\n  b</p>\n", "a b"),
        ("<script>x</script>a", "a"),
        ("", ""),
    ],
)
def test_what_it_says_on_one_line(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_the_text_of_a_body_is_what_its_excerpt_is_made_of() -> None:
    rendered = render_post_html("<p>Très <em>bien</em>.</p><p>&lt;3</p>", longest=1_000)
    assert rendered.text == "Très bien. <3"


def test_a_body_that_grows_out_of_proportion_is_refused() -> None:
    with pytest.raises(TextError, match="too large"):
        render_post_html("<a href=x>" * 500, longest=100, base=BASE)


def test_what_was_cleaned_is_clean() -> None:
    body = '<p onclick=x>a <a href="javascript:x">b</a> <img src=x.png><table><tr><td>1</p><b>c<i>d</b>'
    once = post(body, BASE)
    assert post(once, BASE) == once
