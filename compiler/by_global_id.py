"""Rows of any type by their global ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.declarations import Nodes
from compiler.dialects import DEPTH_OF_SUBQUERY
from compiler.errors import BadArgument
from compiler.registry import DeclaredField, Registry
from compiler.row import split_id
from compiler.selection import Spot
from compiler.statement import TableAlias, joins_and_conditions

if TYPE_CHECKING:
    from compiler.builder import PlanBuilder

MOST_NODES = 100


def nodes(builder: PlanBuilder, bound: DeclaredField, spot: Spot) -> str:
    """A SELECT of rows of any type by their global ids, in the order of the ids."""
    declaration = bound.declaration
    assert isinstance(declaration, Nodes)
    ids = builder.selection.arguments(bound, spot.node)[declaration.argument]
    alias = builder.statement.alias()
    pairs = builder.statement.place(
        ids.map(lambda given: _pairs(builder.selection.registry, given, spot.node), "json")
    )
    source, position, kind, number = builder.dialect.each(pairs, alias)
    inner = (spot.item() if declaration.many else spot).at_level(DEPTH_OF_SUBQUERY)
    cases = "".join(
        f" WHEN {builder.dialect.literal(row.prefix)} THEN ({_node(builder, row, name, number, inner)})"
        for name, row in builder.selection.registry.rows_of(bound.graphql).items()
    )
    value = f"CASE {kind}{cases} END"
    if not declaration.many:
        return f"SELECT {value} FROM {source}"
    item = builder.statement.alias()
    return (
        f"SELECT {builder.dialect.array(builder.dialect.fetched(f'{item}.o')).sql} FROM "
        f"(SELECT {value} AS o FROM {source} ORDER BY {position} LIMIT {MOST_NODES}) AS {item}"
    )


def _node(builder: PlanBuilder, row: Any, name: str, number: str, spot: Spot) -> str:
    source = TableAlias(builder.statement, row.model)
    joins, where = joins_and_conditions(source, row.visible(builder.viewer))
    where.insert(0, f"{source.primary_key}={number}")
    value = builder.object(source, builder.type(name), spot)
    return f"SELECT {value.sql} FROM {source.declaration}{joins}{source.joins} WHERE {' AND '.join(where)}"


def _pairs(registry: Registry, given: Any, node: Any) -> list[list[Any]]:
    ids = given if isinstance(given, list) else [given]
    if len(ids) > MOST_NODES:
        raise BadArgument(f"{len(ids)} ids are more than the {MOST_NODES} that one field takes", node)
    prefixes = {row.prefix for row in registry.rows.values()}
    return [[prefix if prefix in prefixes else "", number] for prefix, number in map(split_id, ids)]
