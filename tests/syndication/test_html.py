"""Addresses of bodies become absolute, and nothing else changes."""

import pytest

from syndication import absolute

BASE = "https://blog.example/posts/a?b=c"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/x?a=1&amp;b=2">é</a>', '<a href="https://blog.example/x?a=1&amp;b=2">é</a>'),
        ('<a href="#note">1</a>', '<a href="https://blog.example/posts/a?b=c#note">1</a>'),
        ('<img src="m.png" alt="">', '<img src="https://blog.example/posts/m.png" alt="">'),
        ('<q cite="//x.example/y">z</q>', '<q cite="https://x.example/y">z</q>'),
        ('<p>write a href="/x" here</p>', '<p>write a href="/x" here</p>'),
        (
            '<p title="a href=&quot;/x&quot;">&lt; &amp;</p>\n<a href="y">z</a>\n',
            '<p title="a href=&quot;/x&quot;">&lt; &amp;</p>\n<a href="https://blog.example/posts/y">z</a>\n',
        ),
        ('<a href="http://[x">bad</a>', '<a href="http://[x">bad</a>'),
        ('<a href="">here</a>', '<a href="https://blog.example/posts/a?b=c">here</a>'),
    ],
)
def test_addresses_are_those_of_the_page(html: str, expected: str) -> None:
    assert absolute(html, BASE) == expected


def test_what_is_absolute_is_not_even_read() -> None:
    html = '<P><a href="https://x.example/"><a href="mailto:a@b.example">unclosed'
    assert absolute(html, BASE) is html
    assert absolute('<a href="/x">', "") == '<a href="/x">'
