"""Nesting, variables, literals and introspection."""

# ruff: noqa: E501, ARG005
# mypy: disable-error-code="misc, type-arg"

from __future__ import annotations

from tests.hostile.fragments import chain
from tests.hostile.shape import long, many, shape

for what, opening, closing in [
    ("selections", "{a", "}"),
    ("inline fragments", "...{", "}"),
]:
    shape(
        f"nested {what}",
        lambda t, _, o=opening, e=closing: "{ viewer { id " + o * (t // 3) + e * (t // 3) + "} }",
    )
    shape(
        f"many nests of {what}",
        lambda t, _, o=opening, e=closing: (
            "{ viewer { id "
            + many(o * 190 + " id " + e * 190, t // (190 * (len(o) + 1 - (o[0] == ".") * 2)))
            + "} }"
        ),
    )
shape(
    "nested lists",
    lambda t, _: f"{{ posts(first: {'[' * (t // 2 - 20)}{']' * (t // 2 - 20)}) {{ totalCount }} }}",
)
shape(
    "nests of lists",
    lambda t, _: f"{{ posts(first: [{many('[' * 190 + ']' * 190, t // 400)}]) {{ totalCount }} }}",
)
shape(
    "nests of objects",
    lambda t, _: f"{{ posts(filter: [{many('{a:' * 90 + '1' + '}' * 90, t // 370)}]) {{ totalCount }} }}",
)
shape(
    "nested types",
    lambda t, _: (
        f"query ($n: {'[' * (t // 2 - 20)}Int{']' * (t // 2 - 20)}) {{ posts(first: $n) {{ totalCount }} }}"
    ),
)
shape(
    "nests of types",
    lambda t, _: (
        f"query ({many('$n#: ' + '[' * 190 + 'Int' + ']' * 190, t // 390)}) {{ nodes(ids: [{many('$n#', t // 390)}]) {{ id }} }}"
    ),
)
shape(
    "a posts nest",
    lambda t, _: "{ posts { nodes { " + "author { posts { nodes { " * 6 + "id" + " } } }" * 6 + " } } }",
)


USES = {
    "a list": ("nodes(ids: [{}]) {{ id }}", "$v#", 2),
    "a member": ("posts(filter: {{{}}}) {{ totalCount }}", "language: $v#", 4),
}
shape(
    "variables and their uses",
    lambda t, _: f"query ({many('$v#: ID!', t // 8)}) {{ nodes(ids: [{many('$v#', t // 8)}]) {{ id }} }}",
    variables=lambda t, _: {f"v{n}": "post_1" for n in range(t // 8)},
)
shape(
    "uses of one variable",
    lambda t, _: f"query ($v: ID!) {{ nodes(ids: [{many('$v', t // 2 - 20)}]) {{ id }} }}",
    variables=lambda _t, _c: {"v": "post_1"},
)
shape(
    "wrong uses of one variable",
    lambda t, _: f"query ($v: Int) {{ nodes(ids: [{many('$v', t // 2 - 20)}]) {{ id }} }}",
)
shape(
    "operations over one fragment's variables",
    lambda t, _: (
        many("query A#($v: ID!) { ...F }", t // 22)
        + f" fragment F on Query {{ nodes(ids: [{many('$v', t // 4 - 20)}]) {{ id }} }}"
    ),
    "A1",
    lambda _t, _c: {"v": "post_1"},
)
shape(
    "operations over many fragments' variables",
    lambda t, _: (
        " ".join(
            f"query A{n}($v: ID!) {{ ...F{n % (t // 80)} ...F{(n * 7 + 1) % (t // 80)} }}"
            for n in range(t // 28)
        )
        + many(f" fragment F# on Query {{ nodes(ids: [{many('$v', 20)}]) {{ id }} }}", t // 120)
        + many(" fragment F9# on Query { node(id: $v) { id } }", 1)
    ),
    "A1",
)
shape(
    "variables that each operation lacks",
    lambda t, _: (
        many("query A# { ...F }", t // 12)
        + f" fragment F on Query {{ nodes(ids: [{many('$v#', t // 4 - 20)}]) {{ id }} }}"
    ),
    "A1",
)
shape(
    "variables that each operation does not use",
    lambda t, _: many("query A#(" + many("$v@: Int", 10).replace("@", "0") + ") { site { url } }", t // 50),
    "A1",
)
shape(
    "inclusion by variables",
    lambda t, _: (
        f"query ({many('$b#: Boolean!', 190)}) {{ viewer {{ {many('id @include(if: $b#)', 190)} }} }}"
    ),
    variables=lambda _t, _c: {f"b{n}": True for n in range(190)},
)
shape(
    "defaults",
    lambda t, c: (
        f"query ({many('$v#: String = ' + chr(34) + 'a' * (c * 7 // t - 40) + chr(34), t // 9)}) {{ site {{ url }} }}"
    ),
)
shape(
    "a default list",
    lambda t, c: (
        f"query ($v: [ID!]! = [{many(chr(34) + 'a' * (c // t - 8) + chr(34), t - 40)}]) {{ nodes(ids: $v) {{ id }} }}"
    ),
)
shape(
    "a default list of wrong values",
    lambda t, _: f"query ($v: [ID!]! = [{many('null', t - 40)}]) {{ nodes(ids: $v) {{ id }} }}",
)
shape("a list of wrong values", lambda t, _: f"{{ nodes(ids: [{many('null', t - 40)}]) {{ id }} }}")
shape(
    "a list of enum values",
    lambda t, c: f"{{ nodes(ids: [{many(long('E#', c // t - 2), t - 40)}]) {{ id }} }}",
)
shape("a list of ids", lambda t, c: f"{{ nodes(ids: [{many('1', t - 40)}]) {{ id }} }}")
shape(
    "a list of ids in many operations",
    lambda t, c: (
        many("query A# { ...F }", t // 12)
        + f"fragment F on Query {{ nodes(ids: [{many('1', t // 2 - 40)}]) {{ id }} }}"
    ),
    "A1",
)
shape(
    "one member many times",
    lambda t, _: "{ posts(filter: {" + many('language: "a"', t // 3 - 20) + "}) { totalCount } }",
)
shape(
    "one argument many times", lambda t, _: "{ posts(" + many("first: 1", t // 3 - 20) + ") { totalCount } }"
)
shape(
    "one directive many times", lambda t, _: "{ viewer { id " + many("@skip(if: true)", t // 6 - 20) + " } }"
)
shape("one unknown directive many times", lambda t, _: "{ viewer { id " + many("@a", t // 2 - 20) + " } }")
shape(
    "few directives on each field",
    lambda t, _: "{ viewer { " + many("id @skip(if: true) @skip(if: true)", 99) + " } }",
)
shape(
    "one variable many times", lambda t, _: "query (" + many("$v: Int", t // 4 - 20) + ") { viewer { id } }"
)
shape(
    "one fragment many times",
    lambda t, _: "{ viewer { ...F } } " + many("fragment F on User { id }", t // 7 - 20),
)
shape(
    "fragments on what has no fields",
    lambda t, _: "{ viewer { ...F0 } } " + many("fragment F# on Int { id }", t // 7 - 20),
)
shape("spreads that cannot be", lambda t, _: "{ viewer { " + many("... on Post { id }", t // 6 - 20) + " } }")
shape("leaves with selections", lambda t, _: "{ viewer { " + many("id { a }", t // 4 - 20) + " } }")
shape("objects without selections", lambda t, _: "{ " + many("viewer", t - 20) + " }")
shape(
    "fields without their arguments",
    lambda t, _: "{ viewer { id } " + many("node { id }", t // 4 - 20) + " }",
)
shape(
    "subscriptions with many fields",
    lambda t, _: "subscription { " + many("a#: commentFeed { cursor }", t // 6 - 20) + " }",
)
shape(
    "subscriptions over one fragment",
    lambda t, _: (
        many("subscription A# { ...F }", t // 12)
        + f" fragment F on Subscription {{ {many('commentFeed { cursor }', t // 8 - 20)} }}"
    ),
    "A1",
)
shape(
    "introspection",
    lambda t, _: (
        "{ __schema { types { " + many("fields { name args { name type { name } } }", t // 14 - 5) + " } } }"
    ),
)
shape(
    "introspection of all",
    lambda t, _: (
        "{ __schema { types { "
        + many("a#: fields { name args { name type { name ofType { name } } } description }", 120)
        + " } } }"
    ),
)
shape(
    "introspection nests",
    lambda t, _: (
        "{ "
        + many("a#: __schema { types { fields { type { fields { type { fields { name } } } } } }", 19)
        + " }}"
    ),
)
shape(
    "introspection through a chain",
    lambda t, _: (
        many("query A# { ...F0 }", t // 20)
        + " "
        + chain(t // 20, "__schema { types { name } } ...F@", "__typename", "Query").replace(
            "{ id }", "{ __typename }"
        )
    ),
    "A1",
)
shape(
    "types by name",
    lambda t, c: "{ " + many('a#: __type(name: "{}") {{ name }}'.format("n" * (c // 30)), 19) + " }",
)
