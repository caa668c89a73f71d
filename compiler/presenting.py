"""What a computed field holds, as JSON: scalars, and plain objects of which the selected fields are shown."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from graphql import GraphQLField, GraphQLObjectType, is_leaf_type, is_list_type, is_non_null_type

from compiler.errors import ContractError
from compiler.selection import Selection, Spot

Present = Callable[[Any], Any]


def presenting(selection: Selection, type_: Any, spot: Spot) -> Present:
    """What makes JSON of a value of the type, of which the fields at the spot are selected.

    Raises:
        ContractError: of the function that is made, when a value is null that must not be.
    """
    if is_non_null_type(type_):
        return _never_null(presenting(selection, type_.of_type, spot), spot.key)
    if is_list_type(type_):
        item = presenting(selection, type_.of_type, spot)
        return lambda values: None if values is None else [*map(item, values)]
    if is_leaf_type(type_):
        return lambda value: None if value is None else type_.serialize(value)
    return _object(selection, type_, spot)


def _never_null(present: Present, key: str) -> Present:
    def presented(value: Any) -> Any:
        if value is None:
            raise ContractError(f"The computed field {key} is never null, but a value of it is")
        return present(value)

    return presented


def _object(selection: Selection, type_: GraphQLObjectType, spot: Spot) -> Present:
    members = selection.members(type_, spot)
    if len(members) > 1 and all(_is_as_it_is(type_, member) for member in members.values()):
        return _plain(
            tuple(members), [_python_name(type_.fields[member.name]) for member in members.values()], spot.key
        )
    shown: dict[str, Present] = {}
    for key, member in members.items():
        if member.name == "__typename":
            shown[key] = lambda _: type_.name
            continue
        declared = type_.fields[member.name]
        shown[key] = _attribute(_python_name(declared), presenting(selection, declared.type, member))
    return lambda value: None if value is None else {key: show(value) for key, show in shown.items()}


def _is_as_it_is(type_: GraphQLObjectType, member: Spot) -> bool:
    """Whether the attribute is JSON already, and never null."""
    declared = type_.fields.get(member.name)
    return declared is not None and str(declared.type) in ("String!", "Boolean!")


def _plain(keys: tuple[str, ...], names: list[str], key: str) -> Present:
    """An object of such attributes alone, of which an answer may have hundreds."""
    values_of = attrgetter(*names)

    def presented(value: Any) -> Any:
        if value is None:
            return None
        values = values_of(value)
        if None in values:
            raise ContractError(f"The computed field {key} is never null, but a value in it is")
        return dict(zip(keys, values, strict=True))

    return presented


def _python_name(declared: GraphQLField) -> str:
    name: str = declared.extensions["strawberry-definition"].python_name
    return name


def _attribute(name: str, present: Present) -> Present:
    return lambda value: present(getattr(value, name))
