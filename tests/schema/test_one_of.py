"""OneOf inputs, as the specification of September 2025 has them: sections 3.10, 5.6.1 and 5.8.5."""

import pytest
from graphql import build_schema, graphql_sync, is_input_object_type, parse

import schema
from compiler.registry import Registry
from compiler.rules import RULES
from compiler.validation import violations

BLOG = Registry(schema.build()).graphql
ALLOWED = [
    'post(by: {slug: "a"}) { id }',
    "($s: String!) post(by: {slug: $s}) { id }",
    '($s: String! = "a") post(by: {slug: $s}) { id }',
    '($s: String = "a") post(by: {slug: $s}) { id }',
    "($by: PostBy!) post(by: $by) { id }",
    '($by: PostBy = {slug: "a"}) post(by: $by) { id }',
    "($s: String) posts(filter: {language: $s}) { totalCount }",
    "($s: ID!, $t: ID) node(id: $s) { id } posts(filter: {author: $t}) { totalCount }",
]
REFUSED = {
    "post(by: {}) { id }": "exactly one field",
    "post(by: {slug: null}) { id }": "exactly one field",
    'post(by: {slug: "a", id: "b"}) { id }': "exactly one field",
    '($i: ID!) post(by: {slug: "a", id: $i}) { id }': "exactly one field",
    "($s: String!, $i: ID!) post(by: {slug: $s, id: $i}) { id }": "exactly one field",
    "($by: PostBy! = {}) post(by: $by) { id }": "exactly one field",
    "($s: String) post(by: {slug: $s}) { id }": "expecting type 'String!'",
    "($s: String = null) user(by: {username: $s}) { id }": "expecting type 'String!'",
    "($i: ID) category(by: {id: $i}) { id }": "expecting type 'ID!'",
    "($i: Int!) category(by: {id: $i}) { id }": "expecting type 'ID!'",
    '($by: PostBy) post(by: {slug: "a"}) { id } b: post(by: $by) { id }': "expecting type 'PostBy!'",
}


def document(text: str) -> str:
    """The query with these fields, after the variables that it declares."""
    variables, fields = text.split(") ", 1) if text.startswith("($") else ("", text)
    return f"query {variables}{variables and ')'} {{ {fields} }}"


@pytest.mark.parametrize("text", ALLOWED)
def test_one_member_that_is_not_null_is_allowed(text: str) -> None:
    assert violations(BLOG, parse(document(text)), RULES) == []


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=REFUSED)
def test_anything_else_is_refused_where_it_stands(text: str, reason: str) -> None:
    errors = violations(BLOG, parse(document(text)), RULES)
    assert any(reason in error.message for error in errors)
    assert all(error.locations for error in errors)


def test_introspection_and_the_sdl_say_which_inputs_are_one_of_their_members() -> None:
    data = graphql_sync(BLOG, "{ __schema { types { name isOneOf } } }").data
    assert data is not None
    introspected = {type_["name"] for type_ in data["__schema"]["types"] if type_["isOneOf"]}
    printed = build_schema(schema.sdl()).type_map.values()
    assert introspected == {each.name for each in printed if is_input_object_type(each) and each.is_one_of}
    assert introspected == {"PostBy", "CategoryBy", "TagBy", "UserBy"}
