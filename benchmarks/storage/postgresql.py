"""PostgreSQL's settings: statements prepared or not, which plans, compiled or not."""

from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter
from typing import Any

import asyncpg

from benchmarks.storage.asked import Asked
from benchmarks.storage.figures import alternating_async, table
from storage import open_database


async def postgresql(url: str, asked: dict[str, Asked]) -> None:
    """One call with each of them, and one through storage."""
    variants: dict[str, dict[str, Any]] = {
        "plan auto, jit off": {"server_settings": {"jit": "off"}},
        "plan generic, jit off": {"server_settings": {"jit": "off", "plan_cache_mode": "force_generic_plan"}},
        "plan custom, jit off": {"server_settings": {"jit": "off", "plan_cache_mode": "force_custom_plan"}},
        "plan auto, jit on": {"server_settings": {"jit": "on"}},
        "not prepared, jit off": {"server_settings": {"jit": "off"}, "statement_cache_size": 0},
    }
    connections = {
        name: await asyncpg.connect(
            url, **({"statement_cache_size": 512, "max_cacheable_statement_size": 256 * 1024} | options)
        )
        for name, options in variants.items()
    }

    database = await open_database(url)
    ways: dict[str, Callable[..., Awaitable[Any]]] = {
        name: connection.fetchval for name, connection in connections.items()
    }
    ways["through storage"] = lambda sql, *parameters: database.fetch_json(sql, parameters)

    async def run(ask: Callable[..., Awaitable[Any]], one: Asked) -> float:
        begun = perf_counter()
        for parameters in one[1]:
            await ask(one[0], *parameters)
        return (perf_counter() - begun) / len(one[1]) * 1e6

    rows = {
        title: await alternating_async({name: partial(run, ask, one) for name, ask in ways.items()})
        for title, one in asked.items()
    }
    table(
        "PostgreSQL: one call",
        list(asked),
        {name: [rows[title][name] for title in asked] for name in ways},
    )
    for connection in connections.values():
        await connection.close()
    await database.close()
