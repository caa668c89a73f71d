"""A library's rows: authors, their books, the reviews of those. Known in Python, and in tables of their own."""

# ruff: noqa: SLF001 - Tortoise has no public way to add models to an open database

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.context import get_current_context
from tortoise.models import Model

from models.fields import InstantField

BEGINNING = datetime(2020, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)


class Genre(StrEnum):
    NOVEL = "NOVEL"
    ESSAY = "ESSAY"
    POEMS = "POEMS"


class Author(Model):
    id = fields.BigIntField(primary_key=True)
    name = fields.TextField()
    born = fields.IntField(null=True)

    class Meta:
        table = "authors"


class Book(Model):
    id = fields.BigIntField(primary_key=True)
    author: fields.ForeignKeyRelation[Author] = fields.ForeignKeyField("library.Author", related_name="books")
    author_id: int
    sequel_of: fields.ForeignKeyNullableRelation["Book"] = fields.ForeignKeyField(
        "library.Book", related_name="sequels", null=True
    )
    sequel_of_id: int | None
    title = fields.TextField()
    genre = fields.CharEnumField(Genre)
    pages = fields.IntField()
    weight = fields.FloatField(null=True)
    published = fields.BooleanField()
    lent = fields.BooleanField(null=True)
    printed_at: datetime = InstantField()

    class Meta:
        table = "books"


class Review(Model):
    id = fields.BigIntField(primary_key=True)
    book: fields.ForeignKeyRelation[Book] = fields.ForeignKeyField("library.Book", related_name="reviews")
    book_id: int
    stars = fields.IntField()
    text = fields.TextField()
    hidden = fields.BooleanField(default=False)

    class Meta:
        table = "reviews"


class Recommendation(Model):
    """An author recommends a book; what lists of either go by stands here."""

    id = fields.BigIntField(primary_key=True)
    author: fields.ForeignKeyRelation[Author] = fields.ForeignKeyField(
        "library.Author", related_name="praise"
    )
    author_id: int
    book: fields.ForeignKeyRelation[Book] = fields.ForeignKeyField("library.Book", related_name="praise")
    book_id: int
    rank = fields.IntField()

    class Meta:
        table = "recommendations"


class Season(Model):
    """A span of time in which books were printed; seasons follow each other without a gap."""

    id = fields.BigIntField(primary_key=True)
    name = fields.TextField()
    starts_at: datetime = InstantField()
    ends_at: datetime = InstantField()
    closed_at: datetime | None = InstantField(null=True)

    class Meta:
        table = "seasons"


TITLES = [
    "Émile",
    'The "Plague"',
    "L'Étranger",
    "100% \\ back",
    "<b>&amp;</script>",
    "日本 🎎",
    "",
    "a\tb\nc\u0001\u007f",
]

AUTHORS: list[dict[str, Any]] = [
    {"id": 1, "name": "Ada Lovelace", "born": 1815},
    {"id": 2, "name": "Blaise Pascal", "born": None},
    {"id": 3, "name": "Christine de Pizan", "born": 1364},
    {"id": 4, "name": "Nobody", "born": None},
]
BOOKS: list[dict[str, Any]] = [
    {
        "id": number,
        "author_id": 1 + number % 3,
        "sequel_of_id": number - 3 if number > 9 and number % 3 else None,
        "title": TITLES[number % 8],
        "genre": list(Genre)[number % 3],
        "pages": 100 * (number % 5),
        "weight": None if number % 4 == 0 else number / 8,
        "published": number % 7 != 0,
        "lent": [None, True, False][number % 3],
        "printed_at": BEGINNING + timedelta(hours=number // 3),
    }
    for number in range(1, 25)
]
REVIEWS: list[dict[str, Any]] = [
    {
        "id": number,
        "book_id": 1 + number * number % 20,
        "stars": number % 4,
        "text": f"Review {number}",
        "hidden": number % 6 == 0,
    }
    for number in range(1, 41)
]
RECOMMENDATIONS: list[dict[str, Any]] = [
    {"id": number, "author_id": 1 + number % 4, "book_id": 1 + number // 4 * 3, "rank": number * 7 % 5}
    for number in range(1, 25)
]

SEASONS: list[dict[str, Any]] = [
    {
        "id": number,
        "name": f"Season {number}",
        "starts_at": BEGINNING + timedelta(hours=start),
        "ends_at": BEGINNING + timedelta(hours=end),
    }
    for number, (start, end) in enumerate(((-9, 0), (0, 1), (1, 4), (4, 8), (8, 99)), start=1)
]


def join_tortoise() -> Any:
    """Tell the open database's Tortoise of these models; answers with the client."""
    context = get_current_context()
    assert context is not None
    assert context.apps is not None
    client = context.db()
    for model in context.apps.init_app("library", [__name__]).values():
        model._meta.default_connection = client.connection_name
    context.apps._build_initial_querysets()
    return client


async def fill() -> None:
    """Make the tables in a new database, with the rows above."""
    client = join_tortoise()
    statements = client.schema_generator(client)
    for model in (Author, Book, Review, Recommendation, Season):
        await client.execute_script(statements._get_table_sql(model, safe=False)["table_creation_string"])
    await Author.bulk_create(Author(**row) for row in AUTHORS)
    await Book.bulk_create(Book(**row) for row in BOOKS)
    await Review.bulk_create(Review(**row) for row in REVIEWS)
    await Recommendation.bulk_create(Recommendation(**row) for row in RECOMMENDATIONS)
    await Season.bulk_create(Season(**row) for row in SEASONS)
