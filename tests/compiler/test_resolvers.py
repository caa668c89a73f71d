"""What resolvers of rows may return and may do with placeholders; anything else is a ContractError, loud."""

# mypy: disable-error-code="return-value, no-any-return, untyped-decorator"

import json
from collections.abc import Callable
from typing import Any

import pytest
import strawberry
from pypika_tortoise.context import DEFAULT_SQL_CONTEXT
from pypika_tortoise.functions import Lower
from tortoise.expressions import F, Q
from tortoise.functions import Count

import compiler
from compiler import Connection, ContractError, Engine, Placeholder, Request
from compiler.dialects import dialect_of
from compiler.row_columns import RowColumns
from compiler.statement import Statement, TableAlias
from tests.compiler.asking import ADA, Context, Library, describe
from tests.compiler.library import PLACEHOLDERS, Book, Visitor
from tests.compiler.rows import Author
from tests.compiler.rows import Book as BookRow

Resolver = Callable[[Visitor, Any], Any]


async def run(library: Library, resolver: Resolver) -> list[str]:
    """The ids in a connection over what the resolver answers to a visitor and a text; Ada asks, with "Émile"."""

    def books(visitor: Visitor, title: str) -> Connection[Book]:
        return resolver(visitor, title)

    query: Any = strawberry.type(type("Query", (), {"books": compiler.connection("")(books)}))
    engine = Engine(
        strawberry.Schema(query=query), library.database, placeholders=PLACEHOLDERS, describe=describe
    )
    operation = engine.prepare(
        Request("query ($t: String!) { books(title: $t, first: 100) { nodes { id } } }")
    )
    answer = await engine.execute(operation, {"t": "Émile"}, Context(ADA))
    assert not answer.errors, answer.body
    return [node["id"] for node in json.loads(answer.body)["data"]["books"]["nodes"]]


@pytest.mark.parametrize(
    ("returned", "reason"),
    [
        (lambda: BookRow.annotate(n=Count("reviews")), "only be filtered and ordered"),
        (lambda: BookRow.all().limit(3), "only be filtered and ordered"),
        (lambda: BookRow.all().offset(3), "only be filtered and ordered"),
        (lambda: BookRow.all().distinct(), "only be filtered and ordered"),
        (lambda: BookRow.all().values("id"), "A queryset of Book is expected, not ValuesQuery"),
        (BookRow.first, "only be filtered and ordered"),
        (lambda: [1, 2], "A queryset of Book is expected, not list"),
        (lambda: None, "A queryset of Book is expected, not NoneType"),
        (lambda: Author.all().order_by("id"), "Rows of Book were declared, the queryset is over Author"),
        (BookRow.all, "needs an order"),
        (lambda: BookRow.all().order_by("title"), "needs an order"),
        (lambda: BookRow.all().order_by("id", "title"), "needs an order"),
        (lambda: BookRow.all().order_by("pages", "title", "id"), "needs an order"),
        (lambda: BookRow.all().order_by("-title", "id"), "needs an order"),
        (lambda: BookRow.all().order_by("weight", "id"), "cannot be ordered by 'weight', which may be null"),
        (lambda: BookRow.all().order_by("author__name", "id"), "Book has no column 'author__name'"),
    ],
)
async def test_querysets_that_cannot_be_compiled(library: Library, returned: Any, reason: str) -> None:
    def unlimited(_: Visitor, __: Any) -> Any:
        answer = returned()
        return getattr(answer, "order_by", lambda *_: answer)("id") if "filtered" in reason else answer

    with pytest.raises(ContractError, match=reason):
        await run(library, unlimited)
    assert library.database.statements == []


@pytest.mark.parametrize(
    "look",
    [
        bool,
        str,
        int,
        float,
        len,
        list,
        hash,
        lambda x: f"{x}",
        lambda x: x == "Émile",
        lambda x: x != "Émile",
        lambda x: x < 3,
        lambda x: x <= 3,
        lambda x: x > 3,
        lambda x: x >= 3,
        lambda x: x[:3],
        lambda x: x in ("Émile", "Zazie"),
        lambda x: "É" in x,
        lambda x: {x: 1},
        lambda x: "title" if x else "id",
    ],
)
async def test_a_placeholder_has_no_value_to_look_at(library: Library, look: Callable[[Any], Any]) -> None:
    for placeholder in (
        lambda _, title: title,
        lambda visitor, _: visitor.id,
        lambda visitor, _: visitor.now,
    ):

        def looking(visitor: Visitor, title: Any, placeholder: Resolver = placeholder) -> Any:
            look(placeholder(visitor, title))
            return BookRow.all().order_by("id")

        with pytest.raises(ContractError):
            await run(library, looking)
    assert library.database.statements == []


@pytest.mark.parametrize(
    "resolver",
    [
        lambda _, title: BookRow.filter(title=title),
        lambda _, title: BookRow.exclude(title=title),
        lambda _, title: BookRow.filter(Q(title=title) | ~Q(pages__gt=3)),
        lambda visitor, _: BookRow.filter(author_id=visitor.id, printed_at__gte=visitor.now),
        lambda visitor, _: BookRow.filter(author__id=visitor.id).filter(author__name__isnull=False),
        lambda visitor, title: BookRow.filter(reviews__id=visitor.id, reviews__text__not=title),
        lambda _, title: BookRow.filter(sequel_of__author__name__not=title),
        lambda *_: BookRow.filter(pages__in=[100, 200], lent__isnull=True),
        lambda *_: BookRow.filter(published=True, lent=False),
        lambda *_: BookRow.filter(pages__gt=F("weight")),
        lambda _, title: BookRow.all() if title is None else BookRow.filter(),
    ],
)
async def test_querysets_that_can(library: Library, resolver: Resolver) -> None:
    def ordered(visitor: Visitor, title: Any) -> Any:
        return resolver(visitor, title).order_by("id")

    found = [f"book_{book.id}" for book in await ordered(ADA, "Émile")]
    assert await run(library, ordered) == found
    assert found


async def test_a_placeholder_means_nothing_outside_a_compiled_statement() -> None:
    placeholder = Placeholder("text", lambda bindings: bindings.viewer)
    with pytest.raises(ContractError, match="only be rendered into a compiled statement"):
        Lower(placeholder).get_sql(DEFAULT_SQL_CONTEXT)
    with pytest.raises(ContractError, match="A placeholder is one of"):
        Placeholder("blob", lambda bindings: bindings.viewer)
    assert repr(Placeholder("int", lambda _: 1, "x")) == "Placeholder(int, 'x')"


async def test_an_expression_can_only_ask_about_its_own_row(library: Library) -> None:
    row = RowColumns(TableAlias(Statement(dialect_of(library.database.dialect)), BookRow))
    with pytest.raises(ContractError, match="only be about the row's own columns"):
        row.holds(Q(author__name="Ada Lovelace"))
    with pytest.raises(ContractError, match="Book has no column 'colour'"):
        _ = row.colour
