"""Documents from their texts: graphql-core's parser, with a reader that does not look at each character in Python.

Whatever a text is, it becomes what `graphql.parse` makes of it, or the same error; a test holds one against the other.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

import orjson
from graphql import DocumentNode, GraphQLSyntaxError, Lexer, Source, SourceLocation, Token, TokenKind

from compiler.graphql_core import (
    Parser,
    counts_comments,
    dedent_block_string_lines,
    is_punctuator_token_kind,
    nested_too_deeply_error,
    print_block_string,
)

BLANKS = re.compile("[ \t,\ufeff\r\n]*")
NAME = re.compile("[_A-Za-z][_0-9A-Za-z]*")
STRING = re.compile(r'"[^"\\\x00-\x1f\ud800-\udfff]*(?:\\.[^"\\\x00-\x1f\ud800-\udfff]*)*"')
"""As JSON has them, too; other control characters than ends of lines may be in GraphQL's."""
BLOCK_STRING = re.compile(r'"""([^"\\\ud800-\udfff]*(?:(?:"(?!"")|\\(?!"""))[^"\\\ud800-\udfff]*)*)"""')
OPEN_STRING = re.compile(
    r'"[^"\\\x00-\x1f\ud800-\udfff]*(?:\\["\\/bfnrt][^"\\\x00-\x1f\ud800-\udfff]*)*(?=[\r\n]|\Z)'
)
OPEN_BLOCK_STRING = re.compile(r'"""[^"\\\ud800-\udfff]*(?:(?:"(?!"")|\\(?!"""))[^"\\\ud800-\udfff]*)*\Z')
"""Those that nothing ends: that is said where it should have been, without a look at each character."""
COMMENT = re.compile("#([^\r\n\ud800-\udfff]*)(?=[\r\n]|\\Z)")
DIGITS = re.compile("[0-9]*")
LINE_END = re.compile("\r\n|[\n\r]")


class Text(Source):
    """A document's text, in which a place is found without reading all that is before it each time."""

    @cached_property
    def _lines(self) -> list[tuple[int, int]]:
        """Where each line but the first begins: after which end of a line, and where."""
        return [match.span() for match in LINE_END.finditer(self.body)]

    def get_location(self, position: int) -> SourceLocation:
        """The line and the column of a character."""
        line = bisect_left(self._lines, (position,))
        start = self._lines[line - 1][1] if line else 0
        return SourceLocation(line + 1, position + 1 - start)


class Reader(Lexer):
    """A lexer that takes names, plain strings, comments and blanks as a whole, and leaves the rest to its base."""

    def advance(self) -> Token:
        """As its base; but tokens know only the next ones, or long collections alone would find those of a document."""
        before, token = self.token, super().advance()
        while before is not token and before.next is not None:
            before = before.next
            before.prev = None
        return token

    def read_next_token(self, start: int) -> Token:
        blanks = BLANKS.match(self.source.body, start)
        if blanks is None or not (text := blanks[0]):
            return super().read_next_token(start)
        if "\n" in text or "\r" in text:
            self.line += text.count("\n") + text.count("\r") - text.count("\r\n")
            self.line_start = start + max(text.rfind("\n"), text.rfind("\r")) + 1
        return super().read_next_token(start + len(text))

    def read_comment(self, start: int) -> Token:
        comment = COMMENT.match(self.source.body, start)
        if comment is None or counts_comments(self):
            return super().read_comment(start)
        return self.create_token(TokenKind.COMMENT, start, comment.end(), comment[1])

    def read_name(self, start: int) -> Token:
        name = NAME.match(self.source.body, start)
        if name is None:
            return super().read_name(start)
        return self.create_token(TokenKind.NAME, start, name.end(), name[0])

    def read_string(self, start: int) -> Token:
        string = STRING.match(self.source.body, start)
        if string is None:
            self._refuse(OPEN_STRING.match(self.source.body, start))
            return super().read_string(start)
        try:
            value = orjson.loads(string[0]) if "\\" in string[0] else string[0][1:-1]
        except orjson.JSONDecodeError:  # an escape that JSON does not have
            return super().read_string(start)
        return self.create_token(TokenKind.STRING, start, string.end(), value)

    def read_block_string(self, start: int) -> Token:
        string = BLOCK_STRING.match(self.source.body, start)
        if string is None:
            self._refuse(OPEN_BLOCK_STRING.match(self.source.body, start))
            return super().read_block_string(start)
        lines = LINE_END.split(string[1])
        value = "\n".join(dedent_block_string_lines(lines))
        token = self.create_token(TokenKind.BLOCK_STRING, start, string.end(), value)
        if len(lines) > 1:
            self.line += len(lines) - 1
            self.line_start = string.end(1) - len(lines[-1])
        return token

    def _refuse(self, unfinished: re.Match[str] | None) -> None:
        if unfinished is not None:
            raise GraphQLSyntaxError(self.source, unfinished.end(), "Unterminated string.")

    def read_digits(self, start: int, first_char: str) -> int:
        digits = DIGITS.match(self.source.body, start)
        return digits.end() if digits and digits[0] else super().read_digits(start, first_char)


def parsed(text: str, most_tokens: int) -> DocumentNode:
    """The document.

    Raises:
        GraphQLError: it is malformed, nested too deeply or too long.
    """
    source = Text(text)
    parser = Parser(source, lexer=Reader(source), max_tokens=most_tokens)
    try:
        return parser.parse_document()
    except RecursionError:
        pass  # whose frames the new error should not keep
    raise nested_too_deeply_error(parser)


def stripped(text: str) -> str:
    """A good document's text without blanks and comments, as `graphql.strip_ignored_characters` has it."""
    reader, pieces, after_word = Reader(Text(text)), list[str](), False
    while (token := reader.advance()).kind is not TokenKind.EOF:
        word = not is_punctuator_token_kind(token.kind)
        if after_word and (word or token.kind is TokenKind.SPREAD):
            pieces.append(" ")
        if token.kind is TokenKind.BLOCK_STRING:
            pieces.append(print_block_string(token.value or "", minimize=True))
        else:
            pieces.append(text[token.start : token.end])
        after_word = word
    return "".join(pieces)
