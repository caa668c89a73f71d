"""The quick answer about fields that meet is never another one than graphql-core's."""

# ruff: noqa: SLF001 - the schema is the engine's own

import pytest
from graphql import OverlappingFieldsCanBeMergedRule, parse, validate

from compiler import Request, RequestError
from compiler.merging import only_like_fields_meet
from tests.compiler.asking import Library

LIKE = [
    "{ me { id id } me { name } }",
    "{ a: me { id } a: me { id } ...f ...f } fragment f on Query { a: me { ...g } } fragment g on Author { id name }",
    '{ item(id: "x") { id ... on Book { title } ... on Author { name } ... on Item { id } } }',
    "query ($n: Int) { books(first: $n) { totalCount } books(first: $n) { nodes { id } } }",
    "query a { x: me { id } } query b { x: books { totalCount } }",
    "{ me { id @skip(if: true) id } __typename __schema { types { name } } }",
    "{ books { nodes { author { ...a } } edges { node { author { x: name } } } } } fragment a on Author { x: born }",
]
UNLIKE_AND_GOOD = ['{ item(id: "x") { ... on Book { x: title } ... on Review { x: text } } }']
BAD = [
    "{ x: me { id } x: books { totalCount } }",
    "{ books(first: 1) { totalCount } books(first: 2) { totalCount } }",
    "{ books { totalCount } books(first: 2) { totalCount } }",
    "{ me { x: id } ...f } fragment f on Query { me { x: name } }",
    '{ item(id: "x") { ... on Book { x: pages } ... on Review { x: text } } }',
    '{ item(id: "x") { ... on Book { x: weight } ... on Review { x: stars } } }',
    '{ item(id: "x") { ... on Book { x: author { y: id } } ... on Review { x: book { y: pages } } } }',
    "{ me { ...a } } fragment a on Author { ...b x: id } fragment b on Author { ...c } fragment c on Author { x: name}",
    "query ($a: Int, $b: Int) { books(first: $a) { totalCount } books(first: $b) { totalCount } }",
]


@pytest.mark.parametrize("query", [*LIKE, *UNLIKE_AND_GOOD, *BAD])
async def test_like_fields(library: Library, query: str) -> None:
    schema, document = library.engine._graphql, parse(query)
    errors = validate(schema, document, [OverlappingFieldsCanBeMergedRule])
    assert bool(errors) is (query in BAD)
    assert only_like_fields_meet(schema, document) is (query in LIKE)
    if not errors:
        library.engine.prepare(Request(query, "a" if "query a" in query else None))
        return
    with pytest.raises(RequestError) as refusal:
        library.engine.prepare(Request(query))
    assert [error["message"] for error in refusal.value.errors] == [error.message for error in errors]
