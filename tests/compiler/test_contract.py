"""Declarations that cannot work are refused when the engine is made, with the place and the reason."""

# mypy: disable-error-code="empty-body"

from typing import Any, Optional

import pytest
import strawberry

import compiler
from compiler import Connection, ContractError
from compiler.contract import check
from compiler.registry import Registry
from tests.compiler import rows
from tests.compiler.asking import Library
from tests.compiler.library import Author, Book, Query, Review, Visitor, visible_books

pytestmark = pytest.mark.usefixtures("library")


def mistake(of: type, **members: Any) -> str:
    """What is wrong with a class of these members: each a declaration, or an annotation with its declaration."""
    annotated = {name: member for name, member in members.items() if isinstance(member, tuple)}
    body: dict[str, Any] = {name: member for name, member in members.items() if name not in annotated}
    body |= {name: declaration for name, (_, declaration) in annotated.items()}
    body["__annotations__"] = {name: annotation for name, (annotation, _) in annotated.items()}
    thing: Any = strawberry.type(type("Thing", (), body))
    if of is not object:
        thing = compiler.row_type(of, prefix="thing", visible=lambda _: of)(thing)

    with pytest.raises(ContractError) as error:
        check(Registry(strawberry.Schema(query=Query, types=[thing, Book, Review, Author])))
    return str(error.value)


def test_a_field_of_a_row_that_is_not_declared() -> None:
    bound_to_nothing = (
        "Thing.x is bound to nothing: declare it as a column, a row, rows, an expression or computed"
    )
    assert mistake(rows.Book, x=(str, strawberry.field(description=""))) == bound_to_nothing

    @strawberry.field
    def resolved() -> str: ...

    assert mistake(rows.Book, x=resolved) == bound_to_nothing


def test_columns_that_are_not_there_or_that_are_null() -> None:
    assert (
        mistake(rows.Book, x=(str, compiler.column("")))
        == "Thing.x is a column, but Book has none called 'x'"
    )
    assert (
        mistake(rows.Book, title=(str, compiler.column("", name="titel")))
        == "Thing.title is a column, but Book has none called 'titel'"
    )
    assert (
        mistake(rows.Book, weight=(float, compiler.column("")))
        == "Thing.weight is never null, but the column 'weight' can be"
    )


def test_rows_by_foreign_keys_that_are_not_there_lead_elsewhere_or_are_null() -> None:
    via = "Thing.x goes via 'editor', which is no foreign key of Book"
    assert mistake(rows.Book, x=(Author, compiler.one("", via="editor"))) == via
    assert (
        mistake(rows.Book, x=(Review, compiler.one("", via="author")))
        == "Thing.x goes via 'author', which leads to no Review"
    )
    assert (
        mistake(rows.Book, x=(Book, compiler.one("", via="sequel_of")))
        == "Thing.x is never null, but the row via 'sequel_of' can be"
    )
    assert (
        mistake(rows.Review, x=(Book, compiler.one("", via="book", rows=visible_books)))
        == "Thing.x is never null, but the row via 'book' can be"
    )
    assert (
        mistake(rows.Book, x=(list[Author], compiler.one("", via="author")))
        == "Thing.x has a type that it cannot read: [Author!]!"
    )


def test_lists_by_foreign_keys_that_are_not_there_or_lead_elsewhere() -> None:
    def books(visitor: Visitor) -> Connection[Book]: ...

    assert (
        mistake(rows.Author, x=compiler.connection("", by="editor")(books))
        == "Thing.x goes by 'editor', which is no foreign key of Book"
    )
    assert (
        mistake(rows.Author, x=compiler.connection("", by="sequel_of")(books))
        == "Thing.x goes by 'sequel_of', which leads to no Author"
    )


def test_lists_through_rows_that_do_not_lead_there() -> None:
    def books(visitor: Visitor) -> Connection[Book]: ...

    def through(model: Any, by: str, via: str | None) -> str:
        return mistake(rows.Author, x=compiler.connection("", by=by, over=model, through=via)(books))

    praise = rows.Recommendation
    assert through(praise, "author", "bok") == (
        "Thing.x goes through 'bok', which is no foreign key of Recommendation"
    )
    assert through(praise, "author", None) == (
        "Thing.x goes through '', which is no foreign key of Recommendation"
    )
    assert through(praise, "author", "author") == "Thing.x goes through 'author', which leads to no Book"
    assert through(praise, "editor", "book") == (
        "Thing.x goes by 'editor', which is no foreign key of Recommendation"
    )
    assert through(praise, "book", "book") == "Thing.x goes by 'book', which leads to no Author"


def test_ranges_of_columns_that_are_not_there_or_that_are_null() -> None:
    def books(visitor: Visitor) -> Connection[Book]: ...

    def within(*names: str) -> str:
        return mistake(rows.Season, x=compiler.connection("", within=names)(books))  # type: ignore[arg-type]

    assert within("made_at", "starts_at", "ends_at") == (
        "Thing.x goes within 'made_at', which is no column of Book"
    )
    assert within("printed_at", "starts", "ends_at") == (
        "Thing.x goes within 'starts', which is no column of Season"
    )
    assert within("printed_at", "starts_at", "closed_at") == (
        "Thing.x goes within 'closed_at', which can be null in Season"
    )
    assert (
        mistake(object, x=compiler.connection("", within=("printed_at", "starts_at", "ends_at"))(books))
        == "Thing.x belongs to a row: its type is not declared with row_type"
    )


def test_neighbours_that_are_other_rows_or_surely_there() -> None:
    def book(visitor: Visitor) -> Book | None: ...

    def a_book(visitor: Visitor) -> Book: ...

    assert (
        mistake(rows.Author, x=compiler.neighbour("")(book))
        == "Thing.x is the neighbour of a row of Author, so it must be another one of these"
    )
    assert (
        mistake(rows.Book, x=compiler.neighbour("")(a_book))
        == "Thing.x is never null, but the neighbour of a row can be"
    )
    assert (
        mistake(rows.Book, x=compiler.neighbour("", alike=("colour",))(book))
        == "Thing.x goes among rows alike in 'colour', which is no column of Book"
    )
    assert (
        mistake(rows.Book, x=compiler.neighbour("", alike=("lent",))(book))
        == "Thing.x goes among rows alike in 'lent', which can be null in Book"
    )
    assert (
        mistake(object, x=compiler.neighbour("")(book))
        == "Thing.x belongs to a row: its type is not declared with row_type"
    )


def test_the_first_of_rows_is_of_any_type() -> None:
    def book(visitor: Visitor) -> Book | None: ...

    assert (
        mistake(object, x=compiler.first_of("")(book))
        == "Thing.x finds rows of any type: its own must be an interface or a union of rows"
    )


def test_lists_that_are_no_lists() -> None:
    def page(visitor: Visitor) -> Connection[Book]: ...

    def several(visitor: Visitor) -> list[Book]: ...

    def texts(visitor: Visitor) -> list[str]: ...

    assert "cannot read: BookConnection!" in mistake(rows.Author, x=compiler.listing("", by="author")(page))
    assert "cannot read: [Book!]!" in mistake(rows.Author, x=compiler.connection("", by="author")(several))
    assert "cannot read: [String!]!" in mistake(object, x=compiler.listing("")(texts))


def test_computed_fields_without_their_columns_or_with_objects() -> None:
    def text(rows: Any, visitor: Visitor) -> list[str]: ...

    def book(rows: Any, visitor: Visitor) -> list[Optional[Book]]: ...  # noqa: UP045 - the annotation is looked into

    assert (
        mistake(rows.Book, x=compiler.computed("", needs=("title", "zeal", "colour"))(text))
        == "Thing.x needs unknown columns of Book: colour, zeal"
    )
    assert (
        mistake(rows.Book, x=compiler.computed("", needs=())(book))
        == "Thing.x is computed, so it cannot hold rows"
    )


def test_declarations_in_the_wrong_place() -> None:
    def book(visitor: Visitor) -> Book | None: ...

    def author(visitor: Visitor) -> Author | None: ...

    assert (
        mistake(rows.Book, x=compiler.one("")(book))
        == "Thing.x cannot stand in a row: a single row there needs via= or by="
    )
    assert (
        mistake(rows.Author, x=compiler.one("", by="genre")(book))
        == "Thing.x goes by 'genre', which is no foreign key of Book"
    )
    no_row = "Thing.x belongs to a row: its type is not declared with row_type"
    assert mistake(object, x=(str, compiler.column(""))) == no_row
    assert mistake(object, x=(strawberry.ID, compiler.key(""))) == no_row
    assert mistake(object, x=(Author, compiler.one("", via="author"))) == no_row
    assert (
        mistake(object, x=compiler.nodes("", argument="id")(author))
        == "Thing.x finds rows of any type: its own must be an interface or a union of rows"
    )


def test_row_type_stands_above_the_strawberry_type() -> None:
    with pytest.raises(ContractError, match=r"@row_type goes above @strawberry\.type on Nothing"):

        @compiler.row_type(rows.Book, prefix="x", visible=visible_books)
        class Nothing:
            pass


def test_the_library_itself_is_in_order(library: Library) -> None:
    assert library.engine is not None


def test_an_expression_by_a_policy_that_is_not_there() -> None:
    @compiler.expression("", by_policy=True)
    def by_policy(row: Any, viewer: Visitor, policy: Any) -> str: ...

    assert mistake(rows.Book, x=by_policy) == "Thing.x goes by a policy, and the engine has none"
