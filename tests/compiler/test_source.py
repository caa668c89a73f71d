"""Reading as a whole what graphql-core reads by characters makes no difference but time."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLError, Source, parse, strip_ignored_characters
from hypothesis import given
from hypothesis import strategies as st

from compiler.source import Text, parsed, stripped

PIECES = [
    *'{}()[]!$&.:=@| \t,\n\r#"\\-+01',
    "\r\n", "...", '"""', '\\"""', '""', "\ufeff", "é", "\U0001f600", "\ud83d", "\ude00", "\x00", "\u2028",
    "\\n", "\\u0041", "\\u{1F600}", "\\ud83d\\ude00", "# note", "#", "name", "_n1", "query", "fragment f on T",
    "a:", "12", "-0", "00", "1.5", "1.", "1e9", "1e", "0x1", '"text"', '"""block\n  text"""', "{a}", "{a(b:1)}",
]  # fmt: skip


def outcome(read: Any) -> Any:
    """All tokens with their places, and the document; or the error with its places."""
    try:
        document = read()
    except GraphQLError as error:
        return error.message, error.locations, error.positions
    tokens, token = [], document.loc.start_token
    while token is not None:
        tokens.append((token.kind, token.start, token.end, token.line, token.column, token.value))
        token = token.next
    return tokens, document.to_dict(locations=True)


def same(text: str, tokens: int = 50) -> None:
    assert outcome(lambda: parsed(text, tokens)) == outcome(lambda: parse(text, max_tokens=tokens))


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_every_text_becomes_what_graphql_core_makes_of_it(pieces: list[str]) -> None:
    same("".join(pieces))


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_so_does_every_text_within_a_document(pieces: list[str]) -> None:
    text = "".join(pieces)
    same(f"{{ a {text} }}")
    same(f'{{ a(b: "{text}") }} # {text}')
    same(f'query ($a: [Int] = {text}) {{ ...f @a(b: """{text}""") }}')


@pytest.mark.parametrize(
    "text", ["{a" * 300, "{ a(b: " + "[" * 300, "query ($a: " + "[" * 300, "#\n" * 99, "", " "]
)
def test_limits_are_the_same(text: str) -> None:
    same(text, 10_000)
    same(text, 20)


@given(st.text(alphabet="ab\r\n", max_size=40))
def test_places_are_the_same(text: str) -> None:
    for position in range(len(text) + 2):
        assert Text(text).get_location(position) == Source(text).get_location(position)


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_without_blanks_a_text_is_as_graphql_core_strips_it(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        expected = strip_ignored_characters(text)
    except GraphQLError:
        return
    assert stripped(text) == expected
