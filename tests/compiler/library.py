"""A library's schema: every kind of declaration that the compiler has, over rows that are no blog's."""

# ruff: noqa: A002, ARG002, N805 - a declaration is no method, and its arguments are called as the API calls them
# mypy: disable-error-code="return-value, no-any-return, untyped-decorator, empty-body, misc"

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any, Optional

import strawberry
from pypika_tortoise.functions import Count
from pypika_tortoise.queries import Query as Select
from pypika_tortoise.queries import Table
from pypika_tortoise.terms import Case, PseudoColumn, ValueWrapper
from strawberry import ID, UNSET
from tortoise.expressions import Q

import compiler
from compiler import Connection, Placeholder, Row
from compiler.row import split_id
from compiler.terms import Joined, Scalar
from schema.scalars import DATE_TIME
from tests.compiler import rows
from tests.compiler.rows import Genre

PLACEHOLDERS = {"id": "int", "now": "instant"}

batches: list[tuple[str, list[dict[str, Any]]]] = []
"""The calls of the computed fields: which field, and the rows it was given."""


@dataclass(frozen=True)
class Visitor:
    """Somebody in the library: an author, or on its staff, or neither."""

    id: int | None
    staff: bool
    now: datetime


def number(global_id: Any) -> Any:
    """The primary key in a global id, or a placeholder for it."""
    return (
        global_id.map(lambda text: split_id(text)[1], "int")
        if isinstance(global_id, Placeholder)
        else global_id
    )


def visible_books(visitor: Visitor) -> Any:
    if visitor.staff:
        return rows.Book.all()
    books = rows.Book.filter(published=True)
    return books if visitor.id is None else rows.Book.filter(Q(published=True) | Q(author_id=visitor.id))


def visible_reviews(visitor: Visitor) -> Any:
    reviews = rows.Review.all() if visitor.staff else rows.Review.filter(hidden=False)
    return reviews if visitor.staff else reviews.filter(book__published=True)


def all_authors(_: Visitor) -> Any:
    return rows.Author.all()


strawberry.enum(Genre, description="What is in a book.")


@strawberry.enum
class BookOrder(Enum):
    OLDEST = "OLDEST"
    NEWEST = "NEWEST"
    TITLE = "TITLE"
    ID = "ID"


COLUMNS = {
    BookOrder.OLDEST: ("printed_at", "id"),
    BookOrder.NEWEST: ("-printed_at", "-id"),
    BookOrder.TITLE: ("title", "id"),
    BookOrder.ID: ("id",),
}


@strawberry.input
class Pages:
    least: int | None = UNSET
    most: int | None = UNSET


@strawberry.input
class BookFilter:
    author: ID | None = UNSET
    genre: Genre | None = UNSET
    lent: bool | None = UNSET
    pages: Pages | None = UNSET
    printed_from: datetime | None = UNSET
    heavier_than: float | None = UNSET
    title: str | None = UNSET


def listed_books(visitor: Visitor, filter: BookFilter | None, order_by: BookOrder) -> Any:
    books = visible_books(visitor).order_by(*COLUMNS[order_by])
    if filter is None:
        return books
    pages = filter.pages
    given = {
        "author_id": None if filter.author is None else number(filter.author),
        "genre": filter.genre,
        "lent": filter.lent,
        "pages__gte": pages and pages.least,
        "pages__lte": pages and pages.most,
        "printed_at__gte": filter.printed_from,
        "weight__gt": filter.heavier_than,
        "title": filter.title,
    }
    return books.filter(**{name: value for name, value in given.items() if value is not None})


@strawberry.interface
class Item:
    id: ID = compiler.key("Its number.")


@compiler.row_type(rows.Author, prefix="author", visible=all_authors)
@strawberry.type
class Author(Item):
    name: str = compiler.column("The name.")
    called: str = compiler.column("The name again.", name="name")
    born: int | None = compiler.column("The year.")

    @compiler.computed("The first letters of the name.", needs=("name",))
    def initials(rows: list[dict[str, Any]], visitor: Visitor) -> list[str]:
        batches.append(("initials", rows))
        return ["".join(word[0] for word in row["name"].split()) for row in rows]

    @compiler.connection("The books.", by="author", offset=True)
    def books(
        visitor: Visitor, filter: BookFilter | None = UNSET, order_by: BookOrder = BookOrder.OLDEST
    ) -> Connection["Book"]:
        return listed_books(visitor, filter, order_by)

    @compiler.connection(
        "Books that they recommend.", by="author", offset=True, over=rows.Recommendation, through="book"
    )
    def recommends(visitor: Visitor, least: int = 0) -> Connection["Book"]:
        return rows.Recommendation.filter(rank__gte=least).order_by("-rank", "-book_id")


@compiler.row_type(rows.Book, prefix="book", visible=visible_books)
@strawberry.type
class Book(Item):
    title: str = compiler.column("The title.")
    genre: Genre = compiler.column("What is in it.")
    pages: int = compiler.column("How many.")
    weight: float | None = compiler.column("In kilograms.")
    published: bool = compiler.column("Whether visitors see it.")
    lent: bool | None = compiler.column("Whether it is away; null when nobody knows.")
    printed_at: datetime = compiler.column("When.")
    author: Author = compiler.one("Who wrote it.", via="author")
    sequel_of: Optional["Book"] = compiler.one("What it goes on from.", via="sequel_of", rows=visible_books)

    @compiler.listing("What goes on from it.", by="sequel_of")
    def sequels(visitor: Visitor) -> list["Book"]:
        return visible_books(visitor).order_by("-id")

    @compiler.listing(
        "Who recommends it, the best first.", by="book", over=rows.Recommendation, through="author"
    )
    def recommended_by(visitor: Visitor) -> list[Author]:
        return rows.Recommendation.all().order_by("rank", "author_id")

    @compiler.expression("Title and genre.")
    def heading(row: Any, visitor: Visitor) -> str:
        return Joined("The book: ", row.title, " / ", row.genre)

    @compiler.expression("Whether the visitor wrote it.")
    def mine(row: Any, visitor: Visitor) -> bool:
        return row.author_id == (0 if visitor.id is None else visitor.id)

    @compiler.neighbour(
        "What was printed next of its kind; nothing after what only its author sees.",
        alike=("genre",),
        when=lambda row, _: row.holds(Q(published=True)),
    )
    def next(visitor: Visitor) -> Optional["Book"]:
        return visible_books(visitor).order_by("printed_at", "id")

    @compiler.neighbour("What was printed before.")
    def previous(visitor: Visitor) -> Optional["Book"]:
        return visible_books(visitor).order_by("-printed_at", "-id")

    @compiler.expression("Whether it is long, or old.")
    def long(row: Any, visitor: Visitor) -> bool:
        return row.holds(Q(pages__gt=200) | Q(printed_at__lt=visitor.now))

    @compiler.expression("Whether nothing is wrong with it.")
    def fine(row: Any, visitor: Visitor) -> bool:
        return row.holds(Q())

    @compiler.expression("How it compares.")
    def compared(row: Any, visitor: Visitor, pages: int, genre: Genre | None = None, word: str = "?") -> str:
        thick = row.pages >= (pages if isinstance(pages, Placeholder) else ValueWrapper(pages))
        size = Case().when(thick, "thick").else_("thin")
        return Joined(size, " ", word, "" if genre is None else f" {genre.name}")

    @compiler.expression("How many books its author has.")
    def of_author(row: Any, visitor: Visitor) -> int:
        books = Table("books")
        return Scalar(Select.from_(books).select(Count("*")).where(books.author_id == row.author_id))

    @compiler.computed("Where it stands.", needs=("id", "lent", "printed_at", "weight"))
    async def shelf(rows: list[dict[str, Any]], visitor: Visitor) -> list[str | None]:
        batches.append(("shelf", rows))
        return [None if row["lent"] else f"{row['id']}, {row['printed_at']}, {row['weight']}" for row in rows]

    @compiler.computed("Genres like it.", needs=("genre",))
    def alike(rows: list[dict[str, Any]], visitor: Visitor) -> list[list[Genre]]:
        batches.append(("alike", rows))
        return [[genre for genre in Genre if genre != row["genre"]] for row in rows]

    @compiler.computed("Never right: null where it must not be.", needs=())
    def nothing(rows: list[dict[str, Any]], visitor: Visitor) -> list[str]:
        return [None for _ in rows]

    @compiler.computed("Never right: too few values.", needs=())
    def too_few(rows: list[dict[str, Any]], visitor: Visitor) -> list[str | None]:
        return []

    @compiler.expression("Never right: the database refuses it.")
    def broken(row: Any, visitor: Visitor) -> str | None:
        return PseudoColumn("no_such_column")

    @compiler.expression("Takes for ever.")
    def slow(row: Any, visitor: Visitor) -> int | None:
        return PseudoColumn(
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 1000000000)"
            " SELECT count(*) FROM n)"
        )

    @compiler.connection("What readers say.", by="book", offset=True)
    def reviews(visitor: Visitor, best_first: bool = False) -> Connection["Review"]:
        return visible_reviews(visitor).order_by(*(("-stars", "-id") if best_first else ("id",)))


@compiler.row_type(rows.Review, prefix="review", visible=visible_reviews)
@strawberry.type
class Review(Item):
    stars: int = compiler.column("From 0 to 3.")
    text: str = compiler.column("The text.")
    book: Book = compiler.one("What it is about.", via="book")

    @compiler.computed("The stars, to look at.", needs=("stars",))
    def shelf(rows: list[dict[str, Any]], visitor: Visitor) -> list[str]:
        batches.append(("stars", rows))
        return ["*" * row["stars"] for row in rows]


def books_printed(row: Any, visitor: Visitor, filter: BookFilter | None) -> Any:
    return row.has_any(listed_books(visitor, filter, BookOrder.ID), within=PRINTED)


PRINTED = ("printed_at", "starts_at", "ends_at")


@compiler.row_type(rows.Season, prefix="season", visible=lambda _: rows.Season.all())
@strawberry.type
class Season:
    name: str = compiler.column("The name.")

    @compiler.expression("Books printed then.", inherits=("filter",), counts=True)
    def book_count(row: Any, visitor: Visitor, filter: BookFilter | None) -> int:
        return row.number_of(listed_books(visitor, filter, BookOrder.ID), within=PRINTED)

    @compiler.expression("Books printed then, if any book has that many pages.", counts=True)
    def if_thick(row: Any, visitor: Visitor, pages: int) -> int:
        thick = visible_books(visitor).filter(pages__gte=pages)
        return row.if_any(thick, row.number_of(visible_books(visitor), within=PRINTED), -1)

    @compiler.connection("Books printed then.", within=PRINTED, inherits=("filter",), offset=True)
    def books(
        visitor: Visitor, filter: BookFilter | None, order_by: BookOrder = BookOrder.OLDEST
    ) -> Connection[Book]:
        return listed_books(visitor, filter, order_by)


@strawberry.type
class Desk:
    """No row: graphql-core makes it."""

    @strawberry.field
    def bell(self) -> str:
        return "ding"

    @strawberry.field
    def lamp(self) -> str | None:
        raise RuntimeError("a secret of the house")

    @strawberry.field
    def on_top(self) -> Book | None:
        return Row("Book", 5)

    @strawberry.field
    def below(self) -> Book | None:
        return Row("Drawer", 5)


@strawberry.type
class Query:
    @strawberry.field
    def desk(self) -> Desk:
        return Desk()

    @compiler.one("The visitor, when an author.")
    def me(visitor: Visitor) -> Author | None:
        return rows.Author.filter(id=0 if visitor.id is None else visitor.id)

    @compiler.one("A book.")
    def book(visitor: Visitor, id: ID) -> Book | None:
        return visible_books(visitor).filter(id=number(id))

    @compiler.one("A book that is there.")
    def certain_book(visitor: Visitor, id: ID) -> Book:
        return visible_books(visitor).filter(id=number(id))

    @compiler.one("The newest book, of a genre.")
    def newest_book(visitor: Visitor, genre: Genre | None = UNSET) -> Book | None:
        books = visible_books(visitor).order_by("-printed_at", "-id")
        return books if genre is None else books.filter(genre=genre)

    @compiler.one("What a review is about.")
    def book_of_review(visitor: Visitor, review: ID) -> Book | None:
        return visible_books(visitor).filter(reviews__id=number(review))

    @compiler.listing("All authors.", at_most=3)
    def authors(visitor: Visitor) -> list[Author]:
        return rows.Author.all().order_by("name")

    @compiler.connection("The books.", offset=True)
    def books(
        visitor: Visitor, filter: BookFilter | None = UNSET, order_by: BookOrder = BookOrder.OLDEST
    ) -> Connection[Book]:
        return listed_books(visitor, filter, order_by)

    @compiler.listing(
        "Seasons in which books were printed.", at_most=4, hands_down=("filter",), having=books_printed
    )
    def seasons(visitor: Visitor, filter: BookFilter | None = UNSET) -> list[Season]:
        return rows.Season.all().order_by("-id")

    @compiler.connection("The best reviews first.", backwards=False)
    def reviews(visitor: Visitor, least: int = 0) -> Connection[Review]:
        return visible_reviews(visitor).filter(stars__gte=least).order_by("-stars", "-id")

    @compiler.connection("Books, all of them or those that are recommended that much.", through="book")
    def recommended(visitor: Visitor, rank: int | None = None, best_first: bool = False) -> Connection[Book]:
        if rank is None:
            return visible_books(visitor).order_by("id")
        praise = rows.Recommendation.filter(rank=rank)
        return praise.order_by("rank", "id") if best_first else praise.order_by("book_id")

    @compiler.first_of("What is called so: an author, a book, or what a review says.")
    def called(visitor: Visitor, name: str) -> Item | None:
        return [
            rows.Author.filter(name=name),
            visible_books(visitor).filter(title=name).order_by("-id"),
            visible_reviews(visitor).filter(text=name),
            rows.Author.filter(books__title=name).order_by("id"),
        ]

    @compiler.nodes("Whatever has this id.", argument="id")
    def item(visitor: Visitor, id: ID) -> Item | None: ...

    @compiler.nodes("Whatever has these ids.", argument="ids", many=True)
    def items(visitor: Visitor, ids: list[ID]) -> list[Item | None]: ...


@strawberry.type
class Refused:
    reason: str


Result = Annotated[Book | Refused, strawberry.union("Result")]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def rename_book(self, id: ID, title: str) -> Result:
        if not title:
            return Refused(reason="It needs a title.")
        await rows.Book.filter(id=split_id(id)[1]).update(title=title)
        return Row("Book", split_id(id)[1])

    @strawberry.mutation
    async def lose_book(self, id: ID) -> Book:
        return Row("Book", 0)


@strawberry.type
class Subscription:
    @compiler.topic("Books that come in.", present=lambda number: Row("Book", number))
    def arrived(visitor: Visitor, genre: Genre | None = UNSET, author: ID | None = UNSET) -> Book:
        return ("arrived", genre, author)

    @strawberry.subscription
    async def undeclared(self) -> str:
        yield "nothing"


def build() -> strawberry.Schema:
    return strawberry.Schema(
        query=Query, mutation=Mutation, subscription=Subscription, scalar_overrides={datetime: DATE_TIME}
    )
