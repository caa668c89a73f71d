"""Variables made from the schema: mostly of the right type, and every now and then of any other."""

from collections.abc import Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import schema

SDL = build_schema(schema.sdl())
HARMFUL = ("Mutation.signOut", "Mutation.signOutEverywhere")
"""They would end the session that the others need; and they take no arguments."""

EDGES = (-1, 0, 101, 2**31 - 1, -(2**31), 2**31, 2**63, 10**40)
INTEGERS = st.integers(0, 199).map(lambda n: EDGES[n] if n < len(EDGES) else n % 100 + 1)
TEXTS = st.text(max_size=40) | st.sampled_from(
    ("", " ", "\x00", "%_\\", "post-1", "x" * 5000, "\u202e\u0301" * 40)
)
MOMENTS = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | st.sampled_from(
    ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", "2026-11-23", "now")
)
CURSORS = st.builds(
    "{}:{}:{}".format,
    st.sampled_from(("published_at", "created_at", "comment_count", "last_commented_at", "id", "body")),
    MOMENTS | INTEGERS.map(str),
    INTEGERS,
)
JUNK = st.recursive(
    st.none() | st.booleans() | INTEGERS | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def documents(ids: tuple[str, ...]) -> dict[str, tuple[str, SearchStrategy[dict[str, Any]]]]:
    """For each root field that takes arguments a document, and what its variables may be."""
    found = {}
    for kind, root in (("query", SDL.query_type), ("mutation", SDL.mutation_type)):
        assert root is not None
        for name, field in root.fields.items():
            if field.args:
                found[name] = _document(kind, name, field), _members(field.args, ids)
    return found


def _document(kind: str, name: str, field: GraphQLField) -> str:
    declared = ", ".join(f"${name}: {argument.type}" for name, argument in field.args.items())
    passed = ", ".join(f"{name}: ${name}" for name in field.args)
    return f"{kind} ({declared}) {{ {name}({passed}) {_selection(field.type, levels=3)} }}"


def _selection(output: GraphQLOutputType, levels: int) -> str:
    """Every field that needs no argument, a few levels deep."""
    named = get_named_type(output)
    if is_leaf_type(named):
        return ""
    if is_abstract_type(named):
        possible = SDL.get_possible_types(named)
        return "{ __typename " + " ".join(f"... on {each.name} {_fields(each, 1)}" for each in possible) + "}"
    assert isinstance(named, GraphQLObjectType)
    return _fields(named, levels)


def _fields(type_: GraphQLObjectType, levels: int) -> str:
    deeper = levels > 1
    chosen = [
        f"{name} {_selection(field.type, levels - 1)}"
        for name, field in type_.fields.items()
        if deeper or is_leaf_type(get_named_type(field.type))
    ]
    return "{ __typename " + " ".join(chosen) + " }"


def _values(type_: GraphQLInputType, ids: tuple[str, ...]) -> SearchStrategy[Any]:
    return st.integers(0, 49).flatmap(lambda luck: _right(type_, ids) if luck else JUNK)


def _right(type_: GraphQLInputType, ids: tuple[str, ...]) -> SearchStrategy[Any]:
    match type_:
        case GraphQLNonNull(of_type=inner):
            return _values(inner, ids)
        case GraphQLList(of_type=inner):
            return st.lists(_values(inner, ids), max_size=4)
        case GraphQLEnumType(values=values):
            return st.sampled_from(sorted(values))
        case GraphQLInputObjectType(fields=fields):
            return _members(fields, ids)
    scalars = {
        "ID": st.sampled_from(ids) | TEXTS,
        "Int": INTEGERS,
        "String": TEXTS | CURSORS,
        "Boolean": st.booleans(),
        "DateTime": MOMENTS,
    }
    return scalars[get_named_type(type_).name]


def _members(
    fields: Mapping[str, GraphQLArgument | GraphQLInputField], ids: tuple[str, ...]
) -> SearchStrategy[dict[str, Any]]:
    """What must be there, and some of what may be."""
    values = {name: _values(field.type, ids) for name, field in fields.items()}
    needed = {name for name, field in fields.items() if isinstance(field.type, GraphQLNonNull)}
    return st.fixed_dictionaries(
        {name: values[name] for name in values if name in needed},
        optional={name: st.none() | values[name] for name in values if name not in needed},
    )
