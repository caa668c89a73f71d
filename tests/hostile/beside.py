"""What comes beside the document: the values of its variables."""

# ruff: noqa: ARG005, C420
# mypy: disable-error-code="misc, type-arg"

from __future__ import annotations

import json

from tests.hostile.shape import long, many, shape

PLAIN = "query ($v: ID!) { node(id: $v) { id } }"
shape("a long variable", lambda _t, _c: PLAIN, variables=lambda _t, c: {"v": "a" * c})
shape("a long id", lambda _t, _c: PLAIN, variables=lambda _t, c: {"v": "post_" + "1" * (c - 99)})
shape("a variable of the wrong type", lambda _t, _c: PLAIN, variables=lambda _t, c: {"v": [1] * (c // 3)})
shape(
    "a variable of small objects",
    lambda _t, _c: PLAIN,
    variables=lambda _t, c: {"v": [{} for _ in range(c // 4)]},
)
shape(
    "variables that nobody declared",
    lambda _t, _c: PLAIN,
    variables=lambda _t, c: {f"v{n}": 1 for n in range(c // 14)},
)
shape(
    "a long list",
    lambda _t, _c: "query ($v: [ID!]!) { nodes(ids: $v) { id } }",
    variables=lambda _t, c: {"v": ["1"] * (c // 5)},
)
shape(
    "a long list of wrong values",
    lambda _t, _c: "query ($v: [ID!]!) { nodes(ids: $v) { id } }",
    variables=lambda _t, c: {"v": [None] * (c // 6)},
)
shape(
    "a long list of long wrong values",
    lambda _t, _c: "query ($v: [ID!]!) { nodes(ids: $v) { id } }",
    variables=lambda _t, c: {"v": [["a" * (c // 30)] for _ in range(30)]},
)
shape(
    "members that nobody declared",
    lambda _t, _c: "query ($v: PostFilter) { posts(filter: $v) { totalCount } }",
    variables=lambda _t, c: {"v": {f"v{n}": 1 for n in range(c // 14)}},
)
shape(
    "long members that nobody declared",
    lambda _t, _c: "query ($v: PostFilter) { posts(filter: $v) { totalCount } }",
    variables=lambda _t, c: {"v": {long(f"v{n}", c // 30): 1 for n in range(30)}},
)
shape(
    "a member of the wrong type",
    lambda _t, _c: "query ($v: PostFilter) { posts(filter: $v) { totalCount } }",
    variables=lambda _t, c: {"v": {"category": [1] * (c // 3)}},
)
shape(
    "an object with all members wrong",
    lambda _t, _c: "query ($v: PostFilter) { posts(filter: $v) { totalCount } }",
    variables=lambda _t, c: {
        "v": {
            m: {"a": [1] * (c // 30)}
            for m in ("category", "author", "language", "publishedFrom", "publishedBefore", "status")
        }
    },
)
shape(
    "a long choice of one",
    lambda _t, _c: "query ($v: PostBy!) { post(by: $v) { id } }",
    variables=lambda _t, c: {"v": {f"v{n}": 1 for n in range(c // 14)}},
)
for what, members in [
    ("a moment", "publishedFrom"),
    ("an order", "status"),
    ("a language", "language"),
]:
    shape(
        f"{what} of a million characters",
        lambda _t, _c, m=members: "query ($v: PostFilter) { posts(filter: $v) { totalCount } }",
        variables=lambda _t, c, m=members: {"v": {m: "2026-01-01T" + "0" * (c - 99)}},
    )
shape(
    "an enum of a million characters",
    lambda _t, _c: "query ($v: PostOrder) { posts(orderBy: $v) { totalCount } }",
    variables=lambda _t, c: {"v": "N" * c},
)
shape(
    "a number of a million digits",
    lambda _t, _c: "query ($v: Int) { posts(first: $v) { totalCount } }",
    variables=lambda _t, _c: {"v": 10**300},
)
shape(
    "a cursor of a million characters",
    lambda _t, _c: "query ($v: String) { posts(after: $v) { totalCount nodes { id } } }",
    variables=lambda _t, c: {"v": "A" * c},
)
shape(
    "a mutation's long texts",
    lambda _t, _c: "mutation ($v: CreatePostInput!) { createPost(input: $v) { error { message } } }",
    variables=lambda _t, c: {
        "v": {m: "a" * (c // 6) for m in ("title", "body", "slug", "excerpt", "language", "category")}
    },
)
shape(
    "many declared members unlike",
    lambda t, _: (
        "query ("
        + many("$v#: PostFilter", t // 16)
        + ") { viewer { "
        + many("a#: posts(filter: $v#) { totalCount }", min(t // 16, 450))
        + " } }"
    ),
    variables=lambda t, _: {f"v{n}": {"language": "en"} for n in range(t // 16)},
)

for depth in (100, 900):
    for what, opening, closing in [("lists", "[", "]"), ("objects", '{"a":', "}")]:
        shape(
            f"variables of {what} in {depth} levels",
            lambda _t, _c: PLAIN,
            variables=lambda _t, c, d=depth, o=opening, e=closing: {
                "v": json.loads("[" + ",".join([o * d + "1" + e * d] * (c // (d * (len(o) + 1) + 4))) + "]")
            },
        )
        shape(
            f"a filter of {what} in {depth} levels",
            lambda _t, _c: "query ($v: PostFilter) { posts(filter: $v) { totalCount } }",
            variables=lambda _t, c, d=depth, o=opening, e=closing: {"v": json.loads(o * d + "1" + e * d)},
        )
