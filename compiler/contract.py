"""What each declaration must be, checked once at start: the builder of a schema finds a mistake, and not a client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import (
    GraphQLField,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from compiler.declarations import (
    Column,
    Computed,
    Expression,
    FirstOf,
    FirstVia,
    Key,
    Many,
    Neighbour,
    Nodes,
    One,
    RowType,
    Structural,
    Topic,
)
from compiler.errors import ContractError
from compiler.registry import DeclaredField, Registry

NO_POLICY = "goes by a policy, and the engine has none"


def check(registry: Registry) -> None:
    """Raise ContractError for the first declaration that cannot work."""
    for type_ in registry.graphql.type_map.values():
        if not is_object_type(type_):
            continue
        row = registry.rows.get(type_.name)
        for name in type_.fields:
            bound = registry.field(type_.name, name)
            problem = _beside_rows(registry, bound) if row is None else _in_a_row(registry, row, bound)
            if problem is not None:
                raise ContractError(f"{type_.name}.{name} {problem}")


def _beside_rows(registry: Registry, bound: DeclaredField | None) -> str | None:
    if bound is None or isinstance(bound.declaration, (Structural, Topic)):
        return None
    if isinstance(bound.declaration, (Nodes, FirstOf)):
        is_right = is_abstract_type(get_named_type(bound.graphql.type)) and registry.rows_of(bound.graphql)
        return None if is_right else "finds rows of any type: its own must be an interface or a union of rows"
    if isinstance(bound.declaration, Many) and bound.declaration.by_policy:
        return NO_POLICY
    if isinstance(bound.declaration, (One, Many)) and not _is_related(bound.declaration):
        return _kind(registry, bound)
    return "belongs to a row: its type is not declared with row_type"


def _in_a_row(registry: Registry, row: RowType, bound: DeclaredField | None) -> str | None:
    if bound is None:
        return "is bound to nothing: declare it as a column, a row, rows, an expression or computed"
    problem: str | None = "cannot stand in a row: a single row there needs via= or by="
    match bound.declaration:
        case Key() | Expression(by_policy=False):
            problem = None
        case Expression() | Computed(by_policy=True) | Many(by_policy=True):
            problem = NO_POLICY
        case FirstVia(vias=vias):
            problem = _first_via(registry, row, vias, bound.graphql)
        case Column():
            problem = _column(row, registry.column_name(bound), bound.graphql)
        case Computed(needs=needs):
            problem = _computed(registry, row, needs, bound.graphql)
        case One() if _is_related(bound.declaration):
            problem = _kind(registry, bound) or _single(registry, row, bound.declaration, bound.graphql)
        case Many():
            problem = _kind(registry, bound) or _relation(registry, row, bound.declaration, bound.graphql)
        case Neighbour(alike=alike):
            problem = _kind(registry, bound) or _neighbour(registry, row, alike, bound.graphql)
    return problem


def _is_related(declaration: One | Many) -> bool:
    if isinstance(declaration, One):
        return declaration.via is not None or declaration.by is not None
    return declaration.by is not None or declaration.within is not None


def _column(row: RowType, name: str, field: GraphQLField) -> str | None:
    meta = _meta(row)
    if name not in meta.fields_db_projection:
        return f"is a column, but {row.model.__name__} has none called {name!r}"
    return _promise(field, can_be_null=meta.fields_map[name].null, what=f"the column {name!r}")


def _computed(registry: Registry, row: RowType, needs: tuple[str, ...], field: GraphQLField) -> str | None:
    if unknown := sorted(n for need in needs for n in need.split("|") if not _has(row.model, n)):
        return f"needs unknown columns of {row.model.__name__}: {', '.join(unknown)}"
    return None if _is_plain(registry, get_named_type(field.type)) else "is computed, so it cannot hold rows"


def _has(model: Any, need: str) -> bool:
    via, _, name = need.rpartition("__")
    if not via:
        return name in model._meta.fields_db_projection
    return via in model._meta.fk_fields and _has(model._meta.fields_map[via].related_model, name)


def _first_via(registry: Registry, row: RowType, vias: tuple[str, ...], field: GraphQLField) -> str | None:
    if not is_abstract_type(get_named_type(field.type)):
        return "may lead to rows of several types: its own must be an interface or a union"
    models = {each.model for each in registry.rows_of(field).values()}
    keys = {via: _meta(row).fields_map[via] for via in vias if via in _meta(row).fk_fields}
    for via in vias:
        if via not in keys or keys[via].related_model not in models:
            return f"goes via {via!r}, which is no foreign key of {row.model.__name__} to rows of its type"
    is_sure = any(not key.null for key in keys.values())
    return _promise(field, can_be_null=not is_sure, what="each of its rows")


def _is_plain(registry: Registry, named: Any) -> bool:
    """Whether a type is made of leaves and of objects that are none of rows."""
    if is_leaf_type(named):
        return True
    fields = getattr(named, "fields", {})
    return (
        is_object_type(named)
        and named.name not in registry.rows
        and all((named.name, name) not in registry.fields for name in fields)
        and all(_is_plain(registry, get_named_type(field.type)) for field in fields.values())
    )


def _single(registry: Registry, row: RowType, declaration: One, field: GraphQLField) -> str | None:
    if declaration.by is not None:
        problem = _leads(registry.target(field).model, declaration.by, row.model, "by")
        return problem or _promise(field, can_be_null=True, what="the first of its rows")
    return _foreign_key(registry, row, declaration.via or "", field, narrowed=declaration.rows is not None)


def _foreign_key(
    registry: Registry, row: RowType, via: str, field: GraphQLField, *, narrowed: bool
) -> str | None:
    meta = _meta(row)
    target = registry.target(field)
    if via not in meta.fk_fields:
        return f"goes via {via!r}, which is no foreign key of {row.model.__name__}"
    if meta.fields_map[via].related_model is not target.model:
        return f"goes via {via!r}, which leads to no {target.model.__name__}"
    return _promise(field, can_be_null=narrowed or meta.fields_map[via].null, what=f"the row via {via!r}")


def _relation(registry: Registry, row: RowType, declaration: Many, field: GraphQLField) -> str | None:
    target = registry.target(field).model
    over = declaration.over or target
    if over is not target and (problem := _leads(over, declaration.through or "", target, "through")):
        return problem
    if declaration.within is not None:
        column, *of_row = declaration.within
        return _comparable(over, [column], "within") or _comparable(row.model, of_row, "within")
    return None if declaration.by is None else _leads(over, declaration.by, row.model, "by")


def _neighbour(registry: Registry, row: RowType, alike: tuple[str, ...], field: GraphQLField) -> str | None:
    if registry.target(field).model is not row.model:
        return f"is the neighbour of a row of {row.model.__name__}, so it must be another one of these"
    return _comparable(row.model, alike, "among rows alike in") or _promise(
        field, can_be_null=True, what="the neighbour of a row"
    )


def _comparable(model: Any, names: Iterable[str], how: str) -> str | None:
    """Whether a model has columns of these names, which are never null."""
    for name in names:
        if name not in model._meta.fields_db_projection:
            return f"goes {how} {name!r}, which is no column of {model.__name__}"
        if model._meta.fields_map[name].null:
            return f"goes {how} {name!r}, which can be null in {model.__name__}"
    return None


def _leads(model: Any, name: str, target: Any, how: str) -> str | None:
    if name not in model._meta.fk_fields:
        return f"goes {how} {name!r}, which is no foreign key of {model.__name__}"
    if model._meta.fields_map[name].related_model is not target:
        return f"goes {how} {name!r}, which leads to no {target.__name__}"
    return None


def _promise(field: GraphQLField, *, can_be_null: bool, what: str) -> str | None:
    return f"is never null, but {what} can be" if can_be_null and is_non_null_type(field.type) else None


def _kind(registry: Registry, bound: DeclaredField) -> str | None:
    """Whether the field's type is what its declaration reads: a row, a list of rows or a connection of rows."""
    named = get_named_type(bound.graphql.type)
    is_list = is_list_type(get_nullable_type(bound.graphql.type))
    match bound.declaration:
        case Many(paged=True):
            is_right = (named.name, "nodes") in registry.fields and not is_list
        case Many():
            is_right = named.name in registry.rows and is_list
        case _:
            is_right = named.name in registry.rows and not is_list
    return None if is_right else f"has a type that it cannot read: {bound.graphql.type}"


def _meta(row: RowType) -> Any:
    return row.model._meta
