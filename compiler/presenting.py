"""What a computed field holds, as JSON: scalars, and plain objects of which the selected fields are shown."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, is_leaf_type, is_list_type, is_non_null_type

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
        return lambda values: None if values is None else [item(value) for value in values]
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
    members: dict[str, Present] = {}
    for key, member in selection.members(type_, spot).items():
        if member.name == "__typename":
            members[key] = lambda _: type_.name
            continue
        declared = type_.fields[member.name]
        members[key] = _attribute(
            declared.extensions["strawberry-definition"].python_name,
            presenting(selection, declared.type, member),
        )
    return lambda value: None if value is None else {key: show(value) for key, show in members.items()}


def _attribute(name: str, present: Present) -> Present:
    return lambda value: present(getattr(value, name))
