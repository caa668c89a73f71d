"""What is printed, compared or measured anew: one long thing and many who use it."""

# mypy: disable-error-code="misc, type-arg"

from __future__ import annotations

from collections.abc import Callable

from tests.hostile.shape import long, many, shape

LONG_THINGS: dict[str, Callable[[int], str]] = {
    "a string": lambda c: 'node(id: "{}") {{ id }}'.format("a" * c),
    "escapes": lambda c: 'node(id: "{}") {{ id }}'.format("\\n" * (c // 2)),
    "a block string": lambda c: 'node(id: """{}""") {{ id }}'.format("a\n" * (c // 2)),
    "a whole number": lambda c: "node(id: {}) {{ id }}".format("1" * c),
    "an alias": lambda c: f"{long('a', c)}: viewer {{ id }}",
    "a variable": lambda c: f"node(id: ${long('v', c)}) {{ id }}",
    "a member": lambda c: 'post(by: {{{}: "a"}}) {{ id }}'.format(long("m", c)),
    "a directive": lambda c: f"viewer @{long('d', c)} {{ id }}",
    "an argument": lambda c: f"viewer({long('a', c)}: 1) {{ id }}",
    "a field": lambda c: f"{long('f', c)} {{ id }}",
    "a spread": lambda c: f"...{long('F', c)}",
    "a type": lambda c: f"... on {long('T', c)} {{ id }}",
    "an enum value": lambda c: f"posts(orderBy: {long('E', c)}) {{ totalCount }}",
}
for what, thing in LONG_THINGS.items():
    shape(f"{what} alone", lambda _, c, f=thing: f"{{ {f(c)} }}")
    shape(
        f"{what} for many operations",
        lambda t, c, f=thing: (
            many("query A# { ...F }", (t - 40) // 6) + f" fragment F on Query {{ {f(c - 22 * t // 6)} }}"
        ),
        "A1",
    )
    shape(
        f"{what} for many variables",
        lambda t, c, f=thing: f"query A({many('$v#: Int', (t - 40) // 4)}) {{ {f(c - 14 * t // 4)} }}",
    )
    shape(
        f"{what} among many fields",
        lambda t, c, f=thing: f"{{ {f(c - 20 * t)} {many('x: viewer { id }', min(t // 6, 400))} }}",
    )
    shape(
        f"{what} many times",
        lambda t, c, f=thing: "{ " + many(f(c // (t // 20)), t // 20) + " }",
    )
    shape(
        f"{what} in many operations",
        lambda t, c, f=thing: many(f"query A# {{ {f(c // (t // 20) - 14)} }}", t // 20),
        "A1",
    )
