import re
from collections.abc import Callable

import pytest

from tests.resolvers.rendering import REL, comment, post


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


@pytest.mark.parametrize("address", ["https://example.org/a", "https://example.org"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        *(("“", "”"), ("‘", "’"), ("«", "»"), ("‹", "›"), ("„", "“"), ("»", "«"), ("「", "」"), ("【", "】")),
        *(
            ("（", "）"),
            ("《", "》"),
            ("［", "］"),
            ("＜", "＞"),
            ("〝", "〟"),
            ("「", "」です"),
            ("“", "”这个"),
        ),
        *(
            ("", "…"),
            ("", "。"),
            ("", "。次の文"),
            ("", "，谢谢"),
            ("", "、と"),
            ("", "！"),
            ("", "？"),
            ("", "｡"),
        ),
        *(("", "।"), ("", "؟"), ("", "،"), ("", "։"), ("", "—"), ("", "·"), ("", "”."), ("(", "”)…")),
        *(
            ("", "\u200b"),
            ("", "\u200bb"),
            ("\u2068", "\u2069"),
            ("", "\u2069b"),
            ("", "\u00ad"),
            ("", "\ufeff"),
        ),
        *(("詳しくは", ""), ("请看", "。"), ("자세히는", ""), ("ดูที่", ""), ("смотри:", ""), ("é", "")),
        *(("", "\u200d"), ("", "\u2060"), ("", "\u3164"), ("", "\ufe0f"), ("", "\u200e"), ("", "\u3000b")),
    ],
)
def test_what_stands_around_a_bare_address_is_no_part_of_it(address: str, before: str, after: str) -> None:
    link = f'<a href="{address}" {REL}>{address}</a>'
    assert comment(f"{before}{address}{after}") == f"<p>{before}{link}{after}</p>\n"


@pytest.mark.parametrize(
    "address",
    [
        *("https://example.org/é", "https://example.org/日本語", "https://example.org/ジョン・レノン"),
        *("https://example.org/中国（大陆）", "https://example.org/L’été", "https://example.org/“a”"),
        *(
            "https://example.org/हिन्दी",
            "https://example.org/कु",
            "https://example.org/❤\ufe0f",
            "https://example.org/👍",
        ),
        *("https://example.org/a/", "https://example.org/?a=1&b#c", "https://example.org/می\u200cخواهم"),
    ],
)
def test_an_address_may_be_in_any_script(address: str) -> None:
    assert f">{address.replace('&', '&amp;')}</a>.</p>" in comment(f"{address}.")


@pytest.mark.parametrize(
    "body",
    [
        *(
            "[x](http://[::1)",
            "https://example.org|b",
            "[x](https://example.org|b)",
            "<https://example.org|b>",
        ),
        *(
            "[x](https://a..b:99999)",
            "https://example.org:99999/",
            "[x][a]\n\n[a]: http://[::1",
            "[x](https://)",
        ),
        *("https://[::1", "[x](https://%00)", "[x](mailto:)", "[![x](http://[::1)](http://[::1)"),
        *("![x](http://[::1)", "[x]()", "![x]()", "[x](//[::1)", "[x](https://exa%6dple^.org)"),
    ],
)
@pytest.mark.parametrize("render", [post, comment])
def test_a_link_has_an_address_or_is_plain_text(body: str, render: Callable[[str], str]) -> None:
    html = render(body)
    for tag in re.findall(r"<(?:a|img)\b[^>]*>", html):
        assert " href=" in tag or " src=" in tag
    assert ("x" in html) or ("https://" in html)


@pytest.mark.parametrize("render", [post, comment])
def test_a_link_to_nowhere_is_what_it_says(render: Callable[[str], str]) -> None:
    assert render("[*x*]()") == "<p><em>x</em></p>\n"
    assert post("[y](<>) [z][z]\n\n[z]: <>") == "<p>y z</p>\n"
    assert post("![*x*]() ![![y]()](/z)") == '<p><em>x</em> <img src="/z" alt="y"></p>\n'


@pytest.mark.parametrize("render", [post, comment])
def test_an_address_that_cannot_be_parsed_stays_as_it_was_written(render: Callable[[str], str]) -> None:
    for body in ("[x](http://[::1)", "https://example.org|b", "![x](http://[::1)"):
        assert render(body) == f"<p>{body}</p>\n"


@pytest.mark.parametrize(
    "body",
    [
        "example.org",
        *("xhttps://example.org", "Xhttps://example.org", "1https://example.org", "_https://example.org"),
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
