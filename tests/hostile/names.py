"""Names: many wrong ones, long ones, the same ones, and such as have near ones."""

# mypy: disable-error-code="misc, type-arg"

from __future__ import annotations

from tests.hostile.shape import long, many, shape

for what, item, tokens in [
    ("fields", "@", 1),
    ("aliases", "@: id", 3),
    ("fields with selections", "@ { id }", 4),
    ("arguments", "id(@: 1)", 6),
    ("directives", "id @@", 3),
    ("spreads", "...@", 2),
    ("conditions", "... on @ { id }", 6),
    ("enum values", "posts(orderBy: @) { id }", 9),
]:
    for alike in ("different", "same", "near"):
        shape(
            f"{alike} unknown {what}",
            lambda t, c, i=item, k=tokens, a=alike: (
                "{ viewer { "
                + many(
                    i.replace("@@", "@\0")
                    .replace(
                        "@",
                        long({"near": "bodyHtm"}.get(a, "n") + ("" if a == "same" else "#"), c * k // t - 12),
                    )
                    .replace("\0", "x")
                    if "@@" not in i
                    else i.replace("@@", "@" + long("n" if a == "same" else "n#", c * k // t - 12)),
                    (t - 10) // k,
                )
                + " } }"
            ),
        )
for alike in ("n", "n#"):
    shape(
        f"unknown arguments {alike}",
        lambda t, c, a=alike: (
            "{ viewer(" + many(long(a, c * 3 // t - 8) + ": 1", (t - 10) // 3) + ") { id } }"
        ),
    )
    shape(
        f"unknown members {alike}",
        lambda t, c, a=alike: (
            "{ posts(filter: {" + many(long(a, c * 3 // t - 8) + ": 1", (t - 20) // 3) + "}) { totalCount } }"
        ),
    )
    shape(
        f"unknown directive arguments {alike}",
        lambda t, c, a=alike: (
            "{ viewer @skip(" + many(long(a, c * 3 // t - 8) + ": 1", (t - 20) // 3) + ") { id } }"
        ),
    )
    shape(
        f"variables {alike}",
        lambda t, c, a=alike: (
            "query (" + many("$" + long(a, c * 4 // t - 8) + ": Int", (t - 20) // 4) + ") { viewer { id } }"
        ),
    )
    shape(
        f"variables of unknown types {alike}",
        lambda t, c, a=alike: (
            "query (" + many("$v#: " + long(a, c * 4 // t - 12), (t - 20) // 4) + ") { viewer { id } }"
        ),
    )
    shape(
        f"undefined variables {alike}",
        lambda t, c, a=alike: (
            "{ nodes(ids: [" + many("$" + long(a, c * 2 // t - 8), (t - 20) // 2) + "]) { id } }"
        ),
    )
    shape(
        f"operations {alike}",
        lambda t, c, a=alike: many(f"query {long(a, c * 5 // t - 16)} {{ site }}", (t - 20) // 5),
    )
    shape(
        f"operations {alike} to choose from",
        lambda t, c, a=alike: many(f"query {long(a, c * 5 // t - 26)} {{ __typename }}", (t - 20) // 5),
    )
    shape(
        f"an operation that is not among {alike}",
        lambda t, c, a=alike: many(f"query {long(a, c * 5 // t - 26)} {{ __typename }}", (t - 20) // 5),
        "missing",
    )
    shape(
        f"unused fragments {alike}",
        lambda t, c, a=alike: (
            "{ viewer { id } } "
            + many(f"fragment {long(a, c * 7 // t - 30)} on User {{ id }}", (t - 20) // 7)
        ),
    )
shape("anonymous operations", lambda t, _: many("{ __typename }", t // 3))
shape("unknown operation types", lambda t, _: many("extend type Query { a: Int }", t // 8))
shape("type definitions", lambda t, _: many("type T# { a: Int }", t // 7))
shape("input definitions", lambda t, _: "{ viewer { id } } input T { " + many("a#: Int", t // 3 - 5) + " }")
shape("directive definitions", lambda t, _: many("directive @d# on FIELD", t // 5) + " { viewer { id } }")
shape("schema definitions", lambda t, _: many("schema { query: Query }", t // 6) + " { viewer { id } }")


for width in (10, 20, 40, 100):
    near = ("CommentsClosedUpdateProfilePayload" * 3)[: width - 4]
    for what, item, tokens in [
        ("conditions", "... on @ { id }", 6),
        ("fields", "@", 1),
        ("arguments", "posts(@: 1) { totalCount }", 8),
        ("members", "posts(filter: {@: 1}) { totalCount }", 10),
        ("directives", "id @@", 3),
        ("types by name", "x: __typename @include(if: @)", 10),
    ]:
        shape(
            f"unknown {what} of {width} letters",
            lambda t, _, i=item, k=tokens, n=near: (
                "{ viewer { "
                + many(i.replace("@@", "\0@").replace("@", n + "#").replace("\0", "@"), min(t // k - 5, 450))
                + " } }"
            ),
        )
    shape(
        f"variables of unknown types of {width} letters",
        lambda t, _, n=near: "query (" + many(f"$v#: {n}#", t // 4 - 5) + ") { viewer { id } }",
    )
