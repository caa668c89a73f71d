"""What Causerie should reach: multiples of other servers' rates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NODE = ("mercurius", "yoga")


@dataclass(frozen=True)
class Target:
    """`ours` against the fastest of the `others`; `wanted` is by question, those without an entry are only shown."""

    words: str
    ours: str
    others: tuple[str, ...]
    wanted: Mapping[str, float] = field(default_factory=dict)


TARGETS = (
    Target(
        "Hand-written SQL",
        "causerie",
        ("handwritten",),
        {"front_page": 0.75, "one_post": 0.65, "tiny": 0.6, "list": 0.75},
    ),
    Target(
        "The best on Node.js",
        "causerie",
        NODE,
        {"front_page": 2, "one_post": 1.5, "tiny": 0.75, "list": 2},
    ),
    Target(
        "Strawberry + Tortoise",
        "causerie",
        ("strawberry",),
        {"front_page": 40, "one_post": 18, "tiny": 6, "list": 40},
    ),
    Target("Answers kept: the best on Node.js", "causerie-cached", NODE, {"tiny": 1.3}),
    Target(
        "Answers kept: constant bytes",
        "causerie-cached",
        ("constant",),
        {"front_page": 0.7, "one_post": 0.7, "tiny": 0.7, "list": 0.7},
    ),
    Target("PostgreSQL: hand-written SQL", "causerie-postgresql", ("handwritten-postgresql",)),
    Target("PostgreSQL: PostGraphile", "causerie-postgresql", ("postgraphile",), {"front_page": 2.5}),
)
