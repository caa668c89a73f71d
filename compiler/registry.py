"""The declarations of a whole schema, found and checked once at start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import strawberry
from graphql import (
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_object_type,
)
from strawberry.types.arguments import convert_argument
from strawberry.types.base import has_object_definition
from strawberry.types.field import StrawberryField

from compiler.declarations import (
    DECLARATION_KEY,
    ROW_ATTRIBUTE,
    Column,
    Computed,
    Declaration,
    Expression,
    Many,
    RowType,
)
from compiler.errors import ContractError
from compiler.params import Placeholder


@dataclass(frozen=True)
class DeclaredField:
    """A field with its declaration."""

    declaration: Declaration
    graphql: GraphQLField
    declared: StrawberryField


class Registry:
    """Which rows the types stand for, and what each declared field is under a policy."""

    def __init__(self, schema: strawberry.Schema, policy: Any = None) -> None:
        self._policy = policy
        self.graphql: GraphQLSchema = schema._schema
        self._config = schema.config
        self._scalars = schema.schema_converter.scalar_registry
        self.rows: dict[str, RowType] = {}
        self.fields: dict[tuple[str, str], DeclaredField] = {}
        for type_ in self.graphql.type_map.values():
            if is_object_type(type_):
                self._register(type_)
            if is_input_object_type(type_):  # Strawberry keeps it to itself: graphql-core would not check it
                type_.is_one_of = bool(type_.extensions["strawberry-definition"].is_one_of)

    def _register(self, type_: GraphQLObjectType) -> None:
        definition = type_.extensions.get("strawberry-definition")
        row = getattr(getattr(definition, "origin", None), ROW_ATTRIBUTE, None)
        if row is not None:
            self.rows[type_.name] = row
        for name, field in type_.fields.items():
            declared = field.extensions.get("strawberry-definition")
            declaration = (getattr(declared, "metadata", None) or {}).get(DECLARATION_KEY)
            if declaration is not None:
                self.fields[type_.name, name] = DeclaredField(
                    self._under_policy(declaration), field, declared
                )

    def _under_policy(self, declaration: Declaration) -> Declaration:
        if self._policy is None:
            return declaration
        match declaration:
            case Expression(sql, by_policy=True):
                return replace(declaration, sql=partial(sql, policy=self._policy), by_policy=False)
            case Computed(batch, by_policy=True):
                return replace(declaration, batch=partial(batch, policy=self._policy), by_policy=False)
            case Many(rows, by_policy=True):
                return replace(declaration, rows=partial(rows, policy=self._policy), by_policy=False)
        return declaration

    def column_name(self, bound: DeclaredField) -> str:
        """The model's name for the column that the field shows."""
        return (
            isinstance(bound.declaration, Column) and bound.declaration.name
        ) or bound.declared.python_name

    def field(self, type_name: str, field_name: str) -> DeclaredField | None:
        """The declaration of a field, or None when it is an ordinary one."""
        return self.fields.get((type_name, field_name))

    def row(self, type_name: str) -> RowType:
        """What the type's objects are rows of."""
        try:
            return self.rows[type_name]
        except KeyError:
            raise ContractError(f"{type_name} is not declared as a row type") from None

    def target(self, field: GraphQLField) -> RowType:
        """The rows that a field holds, or the connection that it has."""
        named: Any = get_named_type(field.type)
        if named.name not in self.rows and "nodes" in getattr(named, "fields", {}):
            named = get_named_type(named.fields["nodes"].type)
        return self.row(named.name)

    def rows_of(self, field: GraphQLField) -> dict[str, RowType]:
        """The rows by type that a field of an interface or a union may hold."""
        possible = self.graphql.get_possible_types(cast(GraphQLAbstractType, get_named_type(field.type)))
        return {type_.name: self.rows[type_.name] for type_ in possible if type_.name in self.rows}

    def arguments(self, bound: DeclaredField, values: dict[str, Any]) -> dict[str, Any]:
        """GraphQL arguments as the declared function takes them: Python names, input objects as their classes."""
        converted = {}
        for argument in bound.declared.arguments:
            name = self._config.name_converter.from_argument(argument)
            value = values.get(name)
            if value is not None and not isinstance(value, Placeholder):
                value = convert_argument(value, argument.type, self._scalars, self._config)
            converted[argument.python_name] = _without_unset(value)
        return converted


def _without_unset(value: Any) -> Any:
    """An input object's members that were not given are None: a read has no use for the difference."""
    if has_object_definition(type(value)):
        for name, member in vars(value).items():
            setattr(value, name, None if member is strawberry.UNSET else _without_unset(member))
    return value


def row_object(bound: DeclaredField) -> GraphQLObjectType:
    """The object type of a field that holds a row or a list of rows."""
    type_ = get_nullable_type(bound.graphql.type)
    named = get_named_type(type_.of_type if is_list_type(type_) else type_)
    if not isinstance(named, GraphQLObjectType):
        raise ContractError(f"{bound.declared.python_name} must have an object type")
    return named
