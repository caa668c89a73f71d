"""The archive counts what the lists list, for everybody and every filter, at every moment."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest

import schema
from auth.viewer import Viewer
from compiler import Engine
from models import Category, Post, PostKind, PostStatus, Tag, User
from resolvers.archive_months import keep_archive
from resolvers.policy import Policy, Site
from storage import Database
from tests import factories
from tests.counted import Counted
from tests.schema.test_answers import ask
from tests.schema.test_reference import reveal

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)
NOBODY = Viewer(None, None, NOW)
LATE_IN_MARCH = datetime(2024, 3, 31, 22, 30, tzinfo=UTC)
ARCHIVE = """query ($filter: PostFilter) {
    archive(filter: $filter) { year postCount months {
        year month postCount from before url posts(first: 3) { totalCount nodes { id publishedAt } } } }
    posts(filter: $filter) { totalCount }
}"""
OF_A_MONTH = (
    "query ($filter: PostFilter) { posts(filter: $filter, first: 3) { totalCount nodes { id publishedAt } } }"
)
TITLES = "{ archive { year postCount months { month postCount posts { nodes { title } } } } }"

FILTERS: list[dict[str, Any]] = [
    {},
    {"category": "category_1"},
    {"tag": "tag_1"},
    {"tag": "tag_2", "category": "category_2"},
    {"author": "user_2"},
    {"language": "fr"},
    {"kind": "PAGE"},
    {"kind": "ARTICLE", "status": "PUBLISHED"},
    {"status": "DRAFT"},
    {"status": "SCHEDULED"},
    {"status": "DRAFT", "kind": "PAGE", "category": "category_1"},
    {"pinned": True},
    {"pinned": False},
    {"pinned": False, "author": "user_1"},
    {"publishedFrom": "2023-12-31T23:00:00Z"},
    {"publishedBefore": "2024-03-31T22:30:00Z", "tag": "tag_1"},
    {"publishedFrom": "2023-11-15T03:00:00Z", "publishedBefore": "2024-02-03T00:00:00Z"},
    {"publishedFrom": "2024-02-03T00:00:00Z", "publishedBefore": "2023-02-03T00:00:00Z"},
]


def engine_of(database: Any, zone: str) -> Engine:
    policy = Policy(site=Site(url="https://blog.example", timezone=zone))
    return Engine(schema.build(), database, placeholders=schema.PLACEHOLDERS, describe=reveal, policy=policy)


async def crowd(zone: str) -> list[Viewer]:
    """Posts of every kind around the ends of months, written by three people; who looks at them."""
    await keep_archive(zone)
    people = [await factories.author(), await factories.author(), await factories.admin()]
    categories = [await factories.category() for _ in range(2)]
    random = Random(zone)
    for number in range(90):
        month = datetime(2022 + number % 3, 1 + number % 12, 1, tzinfo=UTC)
        at = month + timedelta(minutes=random.randrange(-900, 900, 30))
        await post(random, number, at, people, categories)
    return [NOBODY, *(Viewer(person.id, person.role, NOW) for person in people)]


async def post(
    random: Random, number: int, at: datetime, people: list[User], categories: list[Category]
) -> Post:
    status = PostStatus.DRAFT if number % 7 == 0 else PostStatus.PUBLISHED
    noticed = status is PostStatus.PUBLISHED and at <= NOW and number % 5 > 0
    return await factories.post(
        title=f"Post {number}",
        published_at=at,
        status=status,
        counted=noticed,
        kind=PostKind.PAGE if number % 11 == 0 else PostKind.ARTICLE,
        pinned=number % 4 == 0,
        language="fr" if number % 3 else "en",
        author=random.choice(people),
        category=categories[number % 2],
        also_in=[categories[1]] if number % 6 == 0 else [],
        tags=random.sample(["one", "two", "three"], number % 3),
    )


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe"])
async def test_counts_are_those_of_the_lists(database: Database, zone: str) -> None:
    viewers = await crowd(zone)
    counted = Counted(database)
    engine, random, months = engine_of(counted, zone), Random(zone), 0
    for viewer in viewers:
        for given in FILTERS:
            counted.statements.clear()
            found = (await ask(engine, viewer, ARCHIVE, filter=given))["data"]
            assert len(counted.statements) == 2
            years = found["archive"]
            assert sum(year["postCount"] for year in years) == found["posts"]["totalCount"], (viewer, given)
            for year in years:
                assert sum(month["postCount"] for month in year["months"]) == year["postCount"]
                assert {month["year"] for month in year["months"]} == {year["year"]}
            listed = [month for year in years for month in year["months"]]
            assert all(one["from"] >= other["before"] for one, other in pairwise(listed))
            for month in random.sample(listed, min(3, len(listed))):
                await is_as_listed(engine, viewer, given, month)
                months += 1
    assert months > 100


async def is_as_listed(engine: Engine, viewer: Viewer, given: dict[str, Any], month: dict[str, Any]) -> None:
    """The month has what `posts` has between its bounds, further narrowed to those of the filter."""
    span = {
        "publishedFrom": max(month["from"], given.get("publishedFrom", "")),
        "publishedBefore": min(month["before"], given.get("publishedBefore", "9")),
    }
    listed = (await ask(engine, viewer, OF_A_MONTH, filter={**given, **span}))["data"]["posts"]
    assert month["posts"] == listed
    assert month["postCount"] == listed["totalCount"] > 0
    assert month["url"] == f"https://blog.example/{month['year']}/{month['month']:02}"


async def test_a_late_evening_of_march_is_april_in_paris(database: Database) -> None:
    await keep_archive("Europe/Paris")
    await factories.post(published_at=LATE_IN_MARCH)
    (year,) = (await ask(engine_of(database, "Europe/Paris"), NOBODY, ARCHIVE, filter=None))["data"][
        "archive"
    ]
    (month,) = year["months"]
    assert (month["month"], month["from"], month["before"]) == (
        4,
        "2024-03-31T22:00:00.000000Z",
        "2024-04-30T22:00:00.000000Z",
    )


async def test_a_scheduled_post_appears_at_its_minute_without_a_write(database: Database) -> None:
    await keep_archive("Europe/Paris")
    await factories.post(title="Soon", published_at=LATE_IN_MARCH, counted=False)
    engine = engine_of(database, "Europe/Paris")
    just_before = Viewer(None, None, LATE_IN_MARCH - timedelta(microseconds=1))
    assert (await ask(engine, just_before, TITLES))["data"]["archive"] == []
    then = Viewer(None, None, LATE_IN_MARCH)
    month = {"month": 4, "postCount": 1, "posts": {"nodes": [{"title": "Soon"}]}}
    assert (await ask(engine, then, TITLES))["data"]["archive"] == [
        {"year": 2024, "postCount": 1, "months": [month]}
    ]


async def test_nobody_learns_of_the_drafts_of_others(database: Database) -> None:
    await keep_archive("UTC")
    writer, other, admin = await factories.author(), await factories.author(), await factories.admin()
    await factories.draft(author=writer, published_at=LATE_IN_MARCH)
    await factories.post(author=writer, published_at=NOW + timedelta(days=1), counted=False)
    engine = engine_of(database, "UTC")
    for status in ("DRAFT", "SCHEDULED"):
        seen = {
            who and who.id: sum(
                year["postCount"]
                for year in (await ask(engine, viewing(who), ARCHIVE, filter={"status": status}))["data"][
                    "archive"
                ]
            )
            for who in (None, writer, other, admin)
        }
        assert seen == {None: 0, writer.id: 1, other.id: 0, admin.id: 1}
        assert (await ask(engine, viewing(writer), TITLES))["data"]["archive"] == []


def viewing(user: User | None) -> Viewer:
    return NOBODY if user is None else Viewer(user.id, user.role, NOW)


async def test_neighbours_are_public_and_of_the_same_kind(database: Database) -> None:
    writer = await factories.author()
    common: dict[str, Any] = {"author": writer}
    days = [NOW - timedelta(days=number) for number in range(9)]
    await factories.post(title="old", published_at=days[8], **common)
    await factories.post(title="page", published_at=days[7], kind=PostKind.PAGE, **common)
    await factories.draft(title="draft", published_at=days[6], **common)
    await factories.post(title="one", published_at=days[5], **common)
    await factories.post(title="two", published_at=days[5], **common)
    await factories.post(title="due", published_at=days[4], counted=False, **common)
    await factories.post(title="last page", published_at=days[3], kind=PostKind.PAGE, **common)
    await factories.post(title="soon", published_at=NOW + timedelta(days=1), counted=False, **common)
    query = """query ($ids: [ID!]!) { nodes(ids: $ids) {
        ... on Post { title previous { title } next { title } } } }"""
    ids = [f"post_{row.id}" for row in await Post.all().order_by("id")]
    answer = await ask(engine_of(database, "UTC"), viewing(writer), query, ids=ids)
    assert {
        node["title"]: tuple(node[side] and node[side]["title"] for side in ("previous", "next"))
        for node in answer["data"]["nodes"]
    } == {
        "old": (None, "one"),
        "page": (None, "last page"),
        "draft": (None, None),
        "one": ("old", "two"),
        "two": ("one", "due"),
        "due": ("two", None),
        "last page": ("page", None),
        "soon": ("due", None),
    }


async def test_a_tag_that_is_gone_has_no_archive(database: Database) -> None:
    await keep_archive("UTC")
    await factories.post(tags=["here"])
    tag = await Tag.get(name="here")
    engine = engine_of(database, "UTC")
    for id_, years in ((f"tag_{tag.id}", 1), ("tag_99", 0), ("nothing", 0)):
        found = (await ask(engine, NOBODY, ARCHIVE, filter={"tag": id_}))["data"]["archive"]
        assert len(found) == years
