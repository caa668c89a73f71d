"""Who is measured, how each is started, and how each is asked."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from benchmarks.programs import PEERS, node
from benchmarks.speech import CAUSERIE, POSTGRAPHILE, Bodies, plain_bodies

Store = Literal["sqlite", "postgresql", "none"]
Kind = Literal["limit", "ours", "python", "node"]
UVICORN = "--loop uvloop --http httptools --no-access-log --log-level warning --no-server-header"


@dataclass(frozen=True)
class Competitor:
    """A server.

    Its command finds the port in the environment, as PORT or under the name that its kind uses, and what it reads
    under `database_variable`. `own_addresses`: each question has an address; otherwise all go to /graphql.
    """

    key: str
    title: str
    about: str
    store: Store
    kind: Kind
    command: tuple[str, ...]
    bodies: Bodies = plain_bodies
    database_variable: str = "DATABASE"
    environment: Mapping[str, str] = field(default_factory=dict)
    own_addresses: bool = False


def _uvicorn(module: str) -> tuple[str, ...]:
    return sys.executable, "-m", "uvicorn", f"benchmarks.peers.{module}:app", *UVICORN.split()


def _causerie(key: str, title: str, about: str, store: Store, **settings: str) -> Competitor:
    return Competitor(
        key,
        title,
        about,
        store,
        "ours",
        (sys.executable, "-m", "server", "serve"),
        CAUSERIE.bodies,
        "CAUSERIE_DATABASE",
        {"CAUSERIE_LOG_LEVEL": "warning", **settings},
    )


def _node(folder: str, title: str, about: str, store: Store, bodies: Bodies = plain_bodies) -> Competitor:
    command = (node(), str(PEERS / folder / "server.js"))
    production = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    return Competitor(folder, title, about, store, "node", command, bodies, environment=production)


CONSTANT = Competitor(
    "constant",
    "Constant bytes",
    "the same bytes each time, from a bare ASGI application under uvicorn with uvloop and httptools.",
    "none",
    "limit",
    _uvicorn("constant.app"),
    database_variable="ANSWERS",
    own_addresses=True,
)
HANDWRITTEN = Competitor(
    "handwritten",
    "Hand-written SQL",
    "a bare ASGI application that knows no GraphQL and runs each question as one statement, where it read the request.",
    "sqlite",
    "limit",
    _uvicorn("handwritten.sqlite_app"),
)
HANDWRITTEN_POSTGRESQL = Competitor(
    "handwritten-postgresql",
    "Hand-written SQL",
    "the same through asyncpg's pool.",
    "postgresql",
    "limit",
    _uvicorn("handwritten.postgresql_app"),
)
STRAWBERRY = Competitor(
    "strawberry",
    "Strawberry + Tortoise",
    "Strawberry's ASGI application, data loaders, parsing and validation cached, JSON by orjson.",
    "sqlite",
    "python",
    _uvicorn("plain_strawberry.app"),
)
OURS = _causerie(
    "causerie",
    "Causerie",
    "with `CAUSERIE_ANSWER_CACHE=0`: every request reads the rows.",
    "sqlite",
    CAUSERIE_ANSWER_CACHE="0",
)
OURS_CACHED = _causerie(
    "causerie-cached",
    "Causerie, answers kept",
    "as it comes; each request was answered before, and nothing is written meanwhile.",
    "sqlite",
)
OURS_POSTGRESQL = _causerie(
    "causerie-postgresql",
    "Causerie",
    "the same program; PostgreSQL computes beside it on the same core.",
    "postgresql",
)
ON_PYTHON = (HANDWRITTEN, OURS_CACHED, OURS, STRAWBERRY, HANDWRITTEN_POSTGRESQL, OURS_POSTGRESQL)


def one_statement(file: Path) -> Competitor:
    """A server of the statement in a file, whose one parameter is the moment."""
    return Competitor(
        f"handwritten-{file.stem}",
        "Hand-written SQL",
        "a bare ASGI application that knows no GraphQL and runs one statement through sqlite3.",
        "sqlite",
        "limit",
        _uvicorn("handwritten.one_statement"),
        environment={"STATEMENT": str(file)},
    )


def on_node() -> tuple[Competitor, ...]:
    """Those that run in the Node.js that came with their packages."""
    return (
        _node("mercurius", "Mercurius, JIT", "Fastify, Mercurius with its JIT, better-sqlite3.", "sqlite"),
        _node("yoga", "GraphQL Yoga, JIT", "Yoga with graphql-jit, DataLoader, better-sqlite3.", "sqlite"),
        _node(
            "postgraphile",
            "PostGraphile 5",
            "its Amber preset on the tables as they are.",
            "postgresql",
            POSTGRAPHILE.bodies,
        ),
    )
