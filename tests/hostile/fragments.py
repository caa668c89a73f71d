"""Fragments that lead to each other, and operations that lead to them."""

# ruff: noqa: E501
# mypy: disable-error-code="misc, type-arg"

from __future__ import annotations

from tests.hostile.shape import many, shape


def chain(count: int, spread: str = "...F@", fields: str = "id", on: str = "User") -> str:
    """Fragments of which each leads to the next."""
    links = (f"fragment F{n} on {on} {{ {fields} {spread.replace('@', str(n + 1))} }}" for n in range(count))
    return " ".join(links) + f" fragment F{count} on {on} {{ id }}"


for depth in (200, 1000):
    shape(
        f"a chain of {depth} fragments",
        lambda t, _, d=depth: "{ viewer { ...F0 } } " + chain(min(t // 10, d)),
    )
    shape(
        f"operations over a chain of {depth}",
        lambda t, _, d=depth: (
            many("query A# { viewer { ...F0 } }", (t - min(t // 20, d) * 9) // 10) + chain(min(t // 20, d))
        ),
        "A1",
    )
    shape(
        f"operations with fields over a chain of {depth}",
        lambda t, _, d=depth: (
            many("query A# { viewer { x#: id ...F0 } }", (t - min(t // 20, d) * 9) // 13)
            + chain(min(t // 20, d))
        ),
        "A1",
    )
    shape(
        f"operations over all of a chain of {depth}",
        lambda t, _, d=depth: (
            " ".join(
                f"query A{n} {{ viewer {{ ...F{n % min(t // 20, d)} }} }}"
                for n in range((t - min(t // 20, d) * 9) // 10)
            )
            + chain(min(t // 20, d))
        ),
        "A1",
    )
shape("twice the next fragment", lambda t, _: "{ viewer { ...F0 } } " + chain(t // 12, "...F@ ...F@"))
shape(
    "twice the next fragment below other names",
    lambda t, _: (
        "{ site { title } post(by: {id: 1}) { ...F0 } } "
        + chain(t // 40, "a: category { posts { nodes { ...F@ } } } b: author { id } ...F@", on="Post")
    ),
)
shape(
    "a tree of ten levels",
    lambda t, _: (
        many("query A# { comment(id: 1) { ...F0 } }", t // 20)
        + chain(10, "a: parent { ...F@ } b: parent { ...F@ }", on="Comment")
    ),
    "A1",
)
shape(
    "a ring",
    lambda t, _: (
        "{ viewer { ...F0 } } " + many("fragment F# on User { ...F# }", 1) + chain(t // 12)[:-3] + "...F0 }"
    ),
)
shape(
    "rings of all with all",
    lambda t, _: (
        "{ viewer { ...F0 } } "
        + " ".join(
            f"fragment F{n} on User {{ {many('...F#', int(t**0.5 * 0.65))} }}"
            for n in range(int(t**0.5 * 0.65))
        )
    ),
)
shape(
    "all fragments lead to all later ones",
    lambda t, _: (
        "{ viewer { ...F0 } } "
        + " ".join(
            f"fragment F{n} on User {{ id {' '.join(f'...F{m}' for m in range(n + 1, int(t**0.5 * 0.9)))} }}"
            for n in range(int(t**0.5 * 0.9))
        )
    ),
)
shape(
    "operations over many fragments",
    lambda t, _: (
        many("query A# { viewer { ...F } }", t // 20)
        + f" fragment F on User {{ {many('...G#', t // 20)} }} "
        + many("fragment G# on User { id }", t // 20)
    ),
    "A1",
)
shape(
    "operations with fields over many fragments",
    lambda t, _: (
        many("query A# { viewer { x#: id ...F } }", t // 27)
        + f" fragment F on User {{ {many('...G#', t // 20)} }} "
        + many("fragment G# on User { id }", t // 20)
    ),
    "A1",
)
shape(
    "operations over the same spread many times",
    lambda t, _: (
        many("query A# { ...F }", t // 12)
        + f" fragment F on Query {{ viewer {{ id }} {many('...G', t // 4 - 20)} }} fragment G on Query {{ site {{ url }} }}"
    ),
    "A1",
)
shape(
    "operations over many inline fragments",
    lambda t, _: (
        many("query A# { ...F }", t // 12)
        + f" fragment F on Query {{ viewer {{ id }} {many('... { __typename }', t // 8 - 20)} }}"
    ),
    "A1",
)
shape(
    "operations over many fields",
    lambda t, _: (
        many("query A# { ...F }", t // 12)
        + f" fragment F on Query {{ viewer {{ {many('id', t // 2 - 100)} }} }}"
    ),
    "A1",
)
shape(
    "operations with fields over many fields",
    lambda t, _: (
        many("query A# { ...F viewer { x#: id } }", t // 24)
        + f" fragment F on Query {{ viewer {{ {many('id', min(1900, t // 2 - 100))} }} }}"
    ),
    "A1",
)
shape(
    "operations over many aliases",
    lambda t, _: (
        many("query A# { ...F }", t // 12)
        + f" fragment F on Query {{ viewer {{ {many('a#: id', min(490, t // 6))} }} }}"
    ),
    "A1",
)
shape(
    "operations with fields over many aliases",
    lambda t, _: (
        many("query A# { ...F viewer { b: id } }", t // 20)
        + f" fragment F on Query {{ viewer {{ {many('a#: id', min(490, t // 8))} }} }}"
    ),
    "A1",
)
shape(
    "operations over many arguments",
    lambda t, _: (
        many("query A# { ...F }", t // 12)
        + f" fragment F on Query {{ {many('a#: posts(first: 1) { totalCount }', 20)} x: nodes(ids: [{many('1', t // 2 - 400)}]) {{ id }} }}"
    ),
    "A1",
)
shape(
    "unlike fields many times",
    lambda t, _: "{ viewer { " + many("a: id", t // 7) + " " + many("a: name", t // 7) + " } }",
)
shape(
    "like fields with arguments",
    lambda t, _: "{ " + many("posts(first: 1) { totalCount }", t // 9 - 5) + " }",
)
shape(
    "unlike arguments",
    lambda t, _: "{ " + many("posts(first: #) { totalCount }", t // 9 - 5) + " }",
)
shape(
    "unlike arguments of one field below",
    lambda t, _: "{ viewer { " + many("posts(first: #) { totalCount }", t // 9 - 5) + " } }",
)
shape(
    "long unlike arguments",
    lambda t, c: (
        "{ site { url } "
        + many('node(id: "{}#") {{ id }}'.format("a" * (c * 10 // t - 30)), 19)
        + " viewer { "
        + many('posts(after: "{}#") {{ totalCount }}'.format("a" * (c * 10 // t - 30)), t // 10 - 40)
        + " } }"
    ),
)
shape(
    "lists of like members many times",
    lambda t, _: (
        "{ viewer { " + many(f"posts(filter: {{{'language: 1 ' * 100}}}) {{ totalCount }}", t // 320) + " } }"
    ),
)
shape(
    "fields with selections many times",
    lambda t, _: "{ " + many("viewer { posts { nodes { author { id } } } }", t // 13) + " }",
)
shape(
    "the same below unlike types",
    lambda t, _: (
        "{ node(id: 1) { " + many("... on Post { x: title } ... on User { x: name }", t // 18) + " } }"
    ),
)
shape(
    "fragments with like names below unlike types",
    lambda t, _: (
        "{ node(id: 1) { "
        + many("...P# ...U#", t // 36)
        + " } } "
        + many("fragment P# on Post { x: title } fragment U# on User { x: name }", t // 36)
    ),
)

shape(
    "one large fragment and one of many",
    lambda t, _: (
        " ".join(f"query A{n} {{ viewer {{ ...F ...G{n} }} }}" for n in range(t // 40))
        + f" fragment F on User {{ {many('id', min(1900, t // 3))} }} "
        + many("fragment G# on User { id }", t // 40)
    ),
    "A1",
)
shape(
    "one large fragment with variables and one of many",
    lambda t, _: (
        " ".join(f"query A{n}($v: Int) {{ viewer {{ ...F ...G{n} }} }}" for n in range(t // 60))
        + f" fragment F on User {{ {many('posts(first: $v) { totalCount }', min(400, t // 30))} }} "
        + many("fragment G# on User { id }", t // 60)
    ),
    "A1",
)
