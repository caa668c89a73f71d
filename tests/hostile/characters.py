"""What is read: the characters between tokens and within them."""

# ruff: noqa: E731
# mypy: disable-error-code="misc, type-arg"

from __future__ import annotations

from tests.hostile.shape import shape

for what, unit in {
    "blanks": " ",
    "lines": "\n",
    "returns": "\r\n",
    "commas": ",",
    "marks": "\ufeff",
    "a comment": "#",
    "comments": "#\n",
}.items():
    shape(f"{what} before", lambda _, c, u=unit: u * (c // len(u)) + "\n{ viewer { id } }")
    shape(f"{what} behind", lambda _, c, u=unit: "{ viewer { id } }" + u * (c // len(u)))
shape("blanks alone", lambda _, c: " " * c)
shape("nothing but an error at the end", lambda _, c: "\n" * c + "?")

for what, unit in {
    "letters": "a",
    "escapes": "\\n",
    "escaped characters": "\\u0041",
    "escaped pairs": "\\ud83d\\ude00",
    "bracketed escapes": "\\u{1F600}",
    "emoji": "\U0001f600",
    "half pairs": "\\ud83d",
}.items():
    literal = f'"{unit}"'
    text = lambda c, u=unit: u * (c // len(u.encode()))
    shape(f"a string of {what}", lambda _, c, f=text: f'{{ post(by: {{slug: "{f(c)}"}}) {{ id }} }}')
    shape(f"a description of {what}", lambda _, c, f=text: f'"{f(c)}" query {{ viewer {{ id }} }}')
    shape(f"an unfinished string of {what}", lambda _, c, f=text: f'{{ post(by: {{slug: "{f(c)}')
for what, unit in {
    "letters": "a",
    "lines": "\n",
    "short lines": "\n a",
    "returns": "\r\n",
    "deep lines": "\n" + " " * 1000 + "a",
    "quotes": '\\"""',
    "two quotes": '"" ',
}.items():
    text = lambda c, u=unit: u * (c // len(u))
    shape(
        f"a block string of {what}",
        lambda _, c, f=text: f'{{ post(by: {{slug: """{f(c)}"""}}) {{ id }} }}',
    )
    shape(f"an unfinished block string of {what}", lambda _, c, f=text: f'{{ post(by: {{slug: """{f(c)}')

for what, number in {
    "whole number": "1{0}",
    "negative number": "-1{0}",
    "fraction": "1.{0}",
    "power": "1e1{0}",
}.items():
    for place, around in {
        "an Int": "{{ posts(first: {}) {{ totalCount }} }}",
        "an ID": "{{ node(id: {}) {{ id }} }}",
        "a String": "{{ post(by: {{slug: {}}}) {{ id }} }}",
        "a Boolean": "{{ viewer @skip(if: {}) {{ id }} }}",
        "a DateTime": "{{ posts(filter: {{publishedFrom: {}}}) {{ totalCount }} }}",
        "a PostOrder": "{{ posts(orderBy: {}) {{ totalCount }} }}",
        "a default": "query ($n: Int = {}) {{ posts(first: $n) {{ totalCount }} }}",
    }.items():
        shape(
            f"a {what} as {place}",
            lambda _, c, n=number, a=around: a.format(n.replace("{0}", "0" * c)),
        )
