"""Declarations: what a GraphQL type and each of its fields stand for in the database.

A schema is written with Strawberry; these helpers stand where `strawberry.field` would. A field that is none of them is
an ordinary Strawberry field and runs on graphql-core, which is only possible outside the rows.

    row_type(model, prefix, visible)   the type's rows; visible(viewer) is the queryset for `node` and references
    key()                              the global id, `prefix_primarykey`
    column()                           the column of the field's name
    one(via= | rows, by=)              a row: by foreign key, or the first of a queryset
    neighbour(rows)                    the row that comes next in a queryset's order
    listing(rows), connection(rows)    many rows: all of them, or page by page
    first_of(querysets)                a row of any type: the first that one of several querysets has
    first_via(foreign keys)            a row of any type: that of the first foreign key that leads to one
    nodes(ids)                         rows of several types by global id
    expression(sql)                    an SQL expression over the row
    computed(batch, needs=)            Python over all rows of the answer at once
    topic(...)                         what a subscription listens to
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import strawberry
from strawberry.types.base import has_object_definition

from compiler.errors import ContractError

DECLARATION_KEY = "compiler.declaration"
ROW_ATTRIBUTE = "__compiler_row__"


class Compiled:
    """What the stub resolver of a declared field returns; the executor takes over where it sees this."""


COMPILED = Compiled()


@dataclass(frozen=True)
class RowType:
    """A GraphQL type whose objects are rows of `model`."""

    model: Any
    prefix: str
    visible: Callable[[Any], Any]


@dataclass(frozen=True)
class Structural:
    """A field of a connection, an edge or a page info."""


@dataclass(frozen=True)
class Key:
    """The global id."""


@dataclass(frozen=True)
class Column:
    """The column called `name`."""

    name: str | None = None


@dataclass(frozen=True)
class One:
    """The row of the foreign key `via`, if it is in `rows(viewer)`; or the first of `rows(viewer, **arguments)`.

    Of rows whose foreign key `by` is this row, it is the first for which the criterion `having(row, parent, viewer)`
    holds; `parent` is this row.
    """

    via: str | None
    rows: Callable[..., Any] | None
    by: str | None = None
    having: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Neighbour:
    """The first of `rows(viewer, **arguments)` behind this row in their order, among those `alike` in these columns.

    There is none of a row for which the criterion `when(row, viewer)` does not hold.
    """

    rows: Callable[..., Any]
    alike: tuple[str, ...]
    when: Callable[..., Any] | None


@dataclass(frozen=True)
class Many:
    """The rows of `rows(viewer, **arguments)` whose foreign key `by` is this row; all rows when `by` is None.

    Instead they may be those `within` this row's range: names of their column, and of this row's that have where the
    range begins and where the next one does. Listed are rows for which the criterion `having(row, viewer, **arguments)`
    holds.

    A queryset over another model, `over` where a field always has that one, is of rows that lead to those of the
    field's type by their foreign key `through`: it filters, sorts and pages. What is below the field may ask for the
    arguments that it `hands_down`.
    """

    rows: Callable[..., Any]
    by: str | None
    paged: bool
    at_most: int
    over: Any = None
    through: str | None = None
    hands_down: tuple[str, ...] = ()
    inherits: tuple[str, ...] = ()
    within: tuple[str, str, str] | None = None
    having: Callable[..., Any] | None = None
    by_policy: bool = False


@dataclass(frozen=True)
class Nodes:
    """Rows of any type by global id: `argument` is the name of what holds it, or them if they are `many`."""

    argument: str
    many: bool


@dataclass(frozen=True)
class FirstOf:
    """The first row that there is in the querysets of `rows(viewer, **arguments)`, each over rows of some type."""

    rows: Callable[..., Any]


@dataclass(frozen=True)
class FirstVia:
    """The row of the first of the foreign keys that is not null, each of rows of some type; one always is."""

    vias: tuple[str, ...]


@dataclass(frozen=True)
class Expression:
    """`sql(row, viewer, **arguments)`: a pypika term over the row's columns; `by_policy` it has the `policy`, too.

    Such as `row.title`, `row.holds(Q(…))`, or `row.leads_to("author", Q(…))` for the row behind a foreign key. One that
    `counts` rows, such as `row.number_of(queryset, within=…)` or `by=…`, costs one itself.
    """

    sql: Callable[..., Any]
    by_policy: bool = False
    inherits: tuple[str, ...] = ()
    counts: bool = False


@dataclass(frozen=True)
class Computed:
    """`batch(rows, viewer, **arguments)`: one value for each of the rows, which are dicts of the columns `needs`.

    Of the row behind a foreign key a need is `post__title`; `a|b` is the first of both that is not null. A value of an
    object type has the fields' Python names as attributes. `by_policy` the function has the `policy`, too.
    """

    batch: Callable[..., Any]
    needs: tuple[str, ...]
    by_policy: bool = False
    inherits: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """`make(viewer, **arguments)`: what is listened to; `present(event)`: the field's value for an event."""

    make: Callable[..., Any]
    present: Callable[[Any], Any]


Declaration = (
    Structural
    | Key
    | Column
    | One
    | Neighbour
    | Many
    | Nodes
    | FirstOf
    | FirstVia
    | Expression
    | Computed
    | Topic
)


def row_type(model: Any, *, prefix: str, visible: Callable[[Any], Any]) -> Callable[[type], type]:
    """Declare that the type's objects are rows of `model`, with global ids `prefix_<primary key>`.

    `visible(viewer)` is the queryset of those rows that the viewer may see at all.
    """

    def decorate(cls: type) -> type:
        if not has_object_definition(cls):
            raise ContractError(f"@row_type goes above @strawberry.type on {cls.__name__}")
        setattr(cls, ROW_ATTRIBUTE, RowType(model, prefix, visible))
        return cls

    return decorate


def _declare(declaration: Declaration, description: str, **options: Any) -> Any:
    return strawberry.field(description=description, metadata={DECLARATION_KEY: declaration}, **options)


def structural(description: str) -> Any:
    """A field that the compiler makes from its place alone."""
    return _declare(Structural(), description)


def key(description: str) -> Any:
    """The global id of the row."""
    return _declare(Key(), description)


def column(description: str, *, name: str | None = None, shown_as: str | None = None) -> Any:
    """The column of the same name, or of `name`; `shown_as` is the field's name where Python cannot have it."""
    return _declare(Column(name), description, name=shown_as)


def expression(
    description: str, *, by_policy: bool = False, inherits: tuple[str, ...] = (), counts: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Decorator for `def field(row, viewer, ...) -> Type`; the body makes the SQL term of a value of that type.

    `by_policy` the function takes what the engine was given as its policy, too: `def field(row, viewer, policy, ...)`.
    What it `inherits` are arguments of a field above it, None where there is none, and no arguments of its own.
    `counts` is as in `Expression`.
    """
    given = 3 if by_policy else 2
    return lambda sql: _field(sql, Expression(sql, by_policy, inherits, counts), description, given=given)


def computed(
    description: str, *, needs: tuple[str, ...], by_policy: bool = False, inherits: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Any]:
    """Decorator for `def field(rows, viewer) -> list[Type]`, plain or async: the GraphQL type is the list's item.

    `by_policy` and `inherits` are as in `expression`.
    """

    def decorate(batch: Callable[..., Any]) -> Any:
        declaration = Computed(batch, needs, by_policy, inherits)
        return _field(batch, declaration, description, given=3 if by_policy else 2, item=True)

    return decorate


def one(
    description: str,
    *,
    via: str | None = None,
    rows: Callable[..., Any] | None = None,
    by: str | None = None,
    having: Callable[..., Any] | None = None,
) -> Any:
    """A single row. As a value: the row of a foreign key. As a decorator (no `via`): the first row of a queryset.

    `by` and `having` are as in `One`.
    """
    if via is not None:
        return _declare(One(via, rows), description)
    return lambda function: _field(function, One(None, function, by, having), description)


def neighbour(
    description: str, *, alike: tuple[str, ...] = (), when: Callable[..., Any] | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """Decorator for `def field(viewer, ...) -> Type | None` of a row of that type: the next in the queryset's order.

    `alike` and `when` are as in `Neighbour`. The order is one that a connection could have.
    """
    return lambda rows: _field(rows, Neighbour(rows, alike, when), description)


def listing(
    description: str,
    *,
    by: str | None = None,
    at_most: int = 1000,
    over: Any = None,
    through: str | None = None,
    hands_down: tuple[str, ...] = (),
    inherits: tuple[str, ...] = (),
    having: Callable[..., Any] | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Decorator for `def field(viewer, ...) -> list[Type]` whose body returns the queryset; at most `at_most` rows."""
    return lambda rows: _field(
        rows, Many(rows, by, False, at_most, over, through, hands_down, inherits, having=having), description
    )


def connection(
    description: str,
    *,
    by: str | None = None,
    backwards: bool = True,
    offset: bool = False,
    over: Any = None,
    through: str | None = None,
    hands_down: tuple[str, ...] = (),
    inherits: tuple[str, ...] = (),
    within: tuple[str, str, str] | None = None,
    by_policy: bool = False,
) -> Callable[[Callable[..., Any]], Any]:
    """Decorator for `def field(viewer, ...) -> Connection[Type]` whose body returns the ordered queryset.

    The arguments `first`, `after`, `last`, `before` (and `offset` for numbered pages) are added. `over`, `through`,
    `hands_down` and `within` are as in `Many`, `inherits` and `by_policy` as in `expression`; an order of rows
    `through` which others are found ends with that foreign key. The body may return `Matched` rows, which are found by
    words.
    """
    paging = ["first", "after", *(["last", "before"] if backwards else []), *(["offset"] if offset else [])]

    def decorate(rows: Callable[..., Any]) -> Any:
        declaration = Many(
            rows, by, True, 0, over, through, hands_down, inherits, within=within, by_policy=by_policy
        )
        return _field(rows, declaration, description, paging=paging, given=2 if by_policy else 1)

    return decorate


def nodes(description: str, *, argument: str, many: bool = False) -> Callable[[Callable[..., Any]], Any]:
    """Decorator for a field that finds rows of any type by the global id or ids in `argument`."""
    return lambda function: _field(function, Nodes(argument, many), description)


def first_of(description: str) -> Callable[[Callable[..., Any]], Any]:
    """Decorator for `def field(viewer, ...) -> Interface | None` whose body returns querysets: the first row of any."""
    return lambda rows: _field(rows, FirstOf(rows), description)


def first_via(description: str, *vias: str) -> Any:
    """A row of any type: that of the first of these foreign keys that leads to one."""
    return _declare(FirstVia(vias), description)


def topic(description: str, *, present: Callable[[Any], Any]) -> Callable[[Callable[..., Any]], Any]:
    """Decorator for a subscription: `def field(viewer, ...) -> EventType` whose body returns what to listen to.

    `present(event)` makes the field's value of what was heard.
    """
    return lambda make: _field(make, Topic(make, present), description)


PAGING: dict[str, tuple[Any, str]] = {
    "first": (int | None, "How many items from the front of the list, 20 unless told."),
    "after": (str | None, "Only items behind this cursor."),
    "last": (int | None, "How many items from the end of the list."),
    "before": (str | None, "Only items in front of this cursor."),
    "offset": (int | None, "Skip this many items first, for numbered pages; not with cursors."),
}


def _field(
    function: Callable[..., Any],
    declaration: Declaration,
    description: str,
    *,
    paging: list[str] | None = None,
    given: int = 1,
    item: bool = False,
) -> Any:
    """A Strawberry field of the function's type, with its parameters but those `given`; the compiler reads it."""

    def resolve(root: Any, **_: Any) -> Any:
        return declaration.present(root) if isinstance(declaration, Topic) else COMPILED

    signature = inspect.signature(function)
    inherited = getattr(declaration, "inherits", ())
    kept = [p for p in list(signature.parameters.values())[given:] if p.name not in inherited]
    added = [_paging_parameter(name) for name in paging or []]
    root = inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Any)
    keywords = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in (*kept, *added)]
    returns = _item_of(signature.return_annotation, function) if item else signature.return_annotation
    public = signature.replace(parameters=[root, *keywords], return_annotation=returns)
    resolve.__signature__ = public  # type: ignore[attr-defined]
    resolve.__annotations__ = {p.name: p.annotation for p in keywords} | {"return": returns}
    resolve.__name__ = function.__name__
    resolve.__module__ = function.__module__
    return strawberry.field(
        resolver=resolve, description=description, metadata={DECLARATION_KEY: declaration}
    )


def _paging_parameter(name: str) -> inspect.Parameter:
    type_, description = PAGING[name]
    annotation: Any = Annotated[type_, strawberry.argument(description=description)]
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=strawberry.UNSET, annotation=annotation
    )


def _item_of(annotation: Any, function: Callable[..., Any]) -> Any:
    """X of the annotation `list[X]`."""
    if isinstance(annotation, str):
        annotation = eval(annotation, vars(sys.modules[function.__module__]))  # noqa: S307 - our own annotation
    return annotation.__args__[0]
