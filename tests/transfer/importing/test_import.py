"""A blog comes over: once, however often, and as a whole."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from models import (
    Category,
    Comment,
    CommentEvent,
    ImportedRow,
    Linkback,
    PageAddress,
    PathAlias,
    Post,
    PostKind,
    Role,
    Tag,
    User,
)
from models.page_address import page_key
from storage import Database
from tests.transfer.importing.blogs import (
    BEGIN,
    NOW,
    PLAN,
    all_unchanged,
    author,
    category,
    comment,
    dump,
    imported,
    linkback,
    outcomes,
    post,
    small_blog,
    tag,
)
from transfer.formats import records


def replace(record: Any, **values: Any) -> Any:
    return dataclasses.replace(record, **values)


pytestmark = pytest.mark.usefixtures("database")


async def test_everything_comes_over() -> None:
    report = await imported(small_blog())
    assert {kind: outcomes(report, kind) for kind in report.kinds} == {
        "author": {"written": 1},
        "category": {"written": 2},
        "tag": {"written": 1},
        "post": {"written": 3},
        "comment": {"written": 4},
        "linkback": {"written": 1},
    }
    ada = await User.get(username="ada")
    assert (ada.name, ada.email, ada.role) == ("Ada L.", "ada@old.example", Role.AUTHOR)
    article = await Post.get(slug="post-1")
    assert (article.title, article.body_html, article.excerpt) == (
        "Post 1",
        "<p>The body of <em>1</em>.</p>",
        "The body of 1.",
    )
    assert (article.comment_count, article.last_commented_at) == (3, BEGIN + timedelta(minutes=3))
    assert (article.linkback_count, article.trackback_count, article.language) == (1, 1, "fr")
    assert await Category.all().order_by("id").values_list("slug", "post_count") == [
        ("kitchen", 1),
        ("soups", 1),
    ]
    assert (await Tag.get()).post_count == 1
    assert (await Category.get(slug="soups")).parent_id == (await Category.get(slug="kitchen")).id
    assert {alias.path: alias.post_id for alias in await PathAlias.filter(post_id__isnull=False)} == {
        "/2010/03/soupe-dété": article.id,
        "/?p=1": article.id,
    }
    assert (await Post.get(title="Post 3")).status == "DRAFT"


async def test_comments_hang_where_they_did_and_guests_are_told_apart() -> None:
    await imported(small_blog())
    said = (
        await Comment.all().order_by("id").values("depth", "status", "reply_count", "parent_id", "author_id")
    )
    assert [(each["depth"], each["status"], each["reply_count"]) for each in said] == [
        (0, "APPROVED", 1),
        (1, "APPROVED", 1),
        (2, "APPROVED", 0),
        (0, "PENDING", 0),
    ]
    assert said[0]["author_id"] == said[2]["author_id"]
    guest = await User.get(id=said[0]["author_id"])
    assert (guest.name, guest.guest_email, guest.username, guest.created_at) == (
        "Zoé",
        "zoe@reader.example",
        None,
        BEGIN + timedelta(minutes=1),
    )


async def test_the_second_time_nothing_is_written() -> None:
    await imported(small_blog())
    before = await dump()
    assert all_unchanged(await imported(small_blog()))
    assert await dump() == before


@pytest.mark.parametrize("at_once", [1, 3])
async def test_portions_make_no_difference(at_once: int) -> None:
    await imported(small_blog(), at_once=at_once)
    said = await Comment.all().order_by("id").values_list("body", "depth", "status", "reply_count")
    assert said == [
        ("Comment 1", 0, "APPROVED", 1),
        ("Comment 2", 1, "APPROVED", 1),
        ("Comment 3", 2, "APPROVED", 0),
        ("Comment 4", 0, "PENDING", 0),
    ]


async def test_what_comes_before_its_post_comes_over() -> None:
    blog = small_blog()
    report = await imported([*blog[:5], *blog[6:11], blog[5], *blog[11:]])
    assert outcomes(report, "comment") == {"written": 4}
    assert outcomes(report, "linkback") == {"written": 1}
    assert (await Post.get(title="Post 1")).comment_count == 3


async def test_what_has_no_post_is_left_out() -> None:
    report = await imported([author(), comment("1", "lost"), linkback("2", "lost")])
    assert outcomes(report, "comment") == outcomes(report, "linkback") == {"left out": 1}


async def test_what_has_changed_there_is_changed_here() -> None:
    blog = small_blog()
    await imported(blog)
    blog[1] = author(name="Ada Lovelace")
    blog[2] = category("kitchen", name="The kitchen", paths=("/category/kitchen/",))
    blog[5] = replace(blog[5], title="Soup", categories=("kitchen",), updated_at=NOW)
    blog[6] = replace(blog[6], visibility=records.Visibility.HIDDEN)
    blog[10] = replace(blog[10], title="Here")
    report = await imported(blog)
    assert {kind: outcomes(report, kind).get("updated") for kind in report.kinds} == {
        "author": 1,
        "category": 1,
        "tag": None,
        "post": 1,
        "comment": 1,
        "linkback": 1,
    }
    article = await Post.get(slug="post-1")
    assert (article.title, article.updated_at, article.comment_count) == ("Soup", NOW, 0)
    assert await Category.all().order_by("id").values_list("name", "post_count") == [
        ("The kitchen", 1),
        ("Soups", 0),
    ]
    statuses = [comment.status for comment in await Comment.all().order_by("id")]
    assert statuses == ["REJECTED", "HIDDEN", "HIDDEN", "PENDING"]
    assert (await Linkback.get()).title == "Here"
    before = await dump()
    assert all_unchanged(await imported(blog))
    assert await dump() == before


async def test_what_was_changed_here_stays_so() -> None:
    blog = small_blog()
    await imported(blog)
    await Post.filter(slug="post-1").update(title="Mine", updated_at=NOW)
    await Comment.filter(body="Comment 2").update(body="Mine", edited_at=NOW)
    blog[5] = replace(blog[5], title="Theirs")
    blog[7] = replace(blog[7], body="Theirs")
    report = await imported(blog)
    assert outcomes(report, "post")["left out"] == outcomes(report, "comment")["left out"] == 1
    assert await Post.exists(title="Mine")
    assert await Comment.exists(body="Mine")


async def test_what_was_deleted_here_stays_deleted() -> None:
    await imported(small_blog())
    await Comment.filter(body="Comment 4").delete()
    await Post.filter(title="Post 2").delete()
    report = await imported(small_blog())
    assert report.kinds["comment"].left_out.keys() == {"It was deleted here."}
    assert outcomes(report, "post") == {"unchanged": 2, "left out": 1}
    assert await Comment.all().count() == 3


async def test_what_is_here_already_is_taken_as_it_is() -> None:
    mine = await User.create(
        username="lady",
        email="ada@old.example",
        email_confirmed_at=NOW,
        name="Mine",
        password_hash="$",
        created_at=NOW,
    )
    here = await Category.create(slug="kitchen", name="Cuisine")
    await imported(small_blog())
    assert (await Post.get(slug="post-1")).author_id == mine.id
    assert (await User.get(id=mine.id)).name == "Mine"
    assert (await User.get(id=mine.id)).role == Role.READER
    assert (await Category.get(id=here.id)).name == "Cuisine"
    assert await Category.all().count() == 2


@pytest.mark.parametrize(
    ("role", "email", "username", "is_theirs"),
    [
        (Role.READER, "ada@old.example", "lady", False),
        (Role.READER, "mine@here.example", "ada", False),
        (Role.READER, None, "ada", False),
        (Role.AUTHOR, "ada@old.example", "lady", True),
        (Role.ADMIN, "mine@here.example", "ada", False),
        (Role.AUTHOR, None, "ada", True),
    ],
)
async def test_drafts_go_to_nobody_who_only_has_registered_with_a_name_or_an_address(
    role: Role, email: str | None, username: str, *, is_theirs: bool
) -> None:
    here = await User.create(
        username=username, email=email, role=role, name="H", password_hash="$", created_at=NOW
    )
    await imported([author(), category("kitchen"), post("1", published_at=None)])
    assert ((await Post.get(slug="post-1")).author_id == here.id) is is_theirs
    assert (await User.get(id=here.id)).role is role
    assert await User.all().count() == (1 if is_theirs else 2)


async def test_two_authors_are_one_by_their_address_and_not_by_what_their_names_come_to() -> None:
    people = [
        author("a b", email=""),
        author("a-b", email=""),
        author("x"),
        author("y", email="X@old.example"),
    ]
    await imported([*people, category("kitchen"), post("1", author="y"), post("2", author="a-b")])
    assert await User.all().order_by("id").values_list("username", "role") == [
        ("a-b", Role.READER),
        ("a-b-2", Role.AUTHOR),
        ("ada-l", Role.AUTHOR),
    ]


async def test_posts_of_nobody_go_to_nobody_who_has_registered_with_the_name_of_the_blog() -> None:
    name = "wordpress-https-old-exam"
    here = await User.create(username=name, name="H", password_hash="$", created_at=NOW)
    await imported([category("kitchen"), post("1", author=None)])
    assert (await Post.get(slug="post-1")).author_id != here.id
    await imported([category("kitchen"), post("1", author=None), post("2", author=None)])
    assert [each.username for each in await User.all().order_by("id")] == [name, f"{name}-2"]


async def test_two_categories_of_one_name_stay_two() -> None:
    await imported([author(), category("a", name="Été", slug="été"), category("b", name="Été", slug="ete")])
    assert await Category.all().order_by("id").values_list("slug", "name") == [
        ("ete", "Été"),
        ("ete-2", "Été"),
    ]


async def test_what_does_not_fit_is_made_to_and_told() -> None:
    bad: list[records.Record] = [
        author("x" * 50, email="nowhere", name=""),
        category("kitchen", name="k" * 300),
        tag("t" * 300),
        post("1", title="word " * 100, tags=("t" * 300, "lost"), published_at=BEGIN.replace(year=1950)),
        post("2", title="", slug="", body="<p>Only this\x07 was said.</p>", author=None, categories=()),
        comment("1", body="\x00", created_at=BEGIN.replace(year=9999)),
        comment("2", author="gone", body="Hello\x0c", created_at=BEGIN.replace(year=9999)),
    ]
    report = await imported(bad)
    assert {kind: [*account.changed] for kind, account in report.kinds.items()} == {
        "author": ["The e-mail address is none.", "The username could not be kept."],
        "category": ["The name was cut."],
        "tag": ["The name was cut."],
        "post": [
            "The title was cut.",
            "A date that cannot be was replaced.",
            "It had no title.",
            "It has a tag that the file does not have.",
            "Nobody is named as its author.",
        ],
        "comment": ["A date that cannot be was replaced.", "Its author is not in the file."],
    }
    assert outcomes(report, "comment") == {"left out": 1, "written": 1}
    assert (await Post.get(slug="only-this-was-said")).title == "Only this was said."
    assert (await Category.filter(slug="uncategorized").get()).post_count == 1


async def test_a_page_elsewhere_that_is_here_takes_its_comments_along() -> None:
    await imported(small_blog())
    elsewhere = replace(PLAN, source="disqus old.example")
    thread = post("t", kind=records.PostKind.EXTERNAL, paths=("/2010/03/soupe-d%C3%A9t%C3%A9",), author=None)
    other = post(
        "u", kind=records.PostKind.EXTERNAL, paths=("/elsewhere",), address="https://old.example/elsewhere"
    )
    report = await imported([thread, other, comment("9", "t"), comment("10", "u")], elsewhere)
    assert (await Post.get(slug="post-1")).comment_count == 4
    assert (await Post.get(kind="EXTERNAL")).comment_count == 1
    page = await PageAddress.get(key=page_key("http://old.example/elsewhere/")).prefetch_related("post")
    assert page.post.kind is PostKind.EXTERNAL
    assert outcomes(report, "post") == {"unchanged": 1, "written": 1}


async def test_a_dry_run_writes_nothing() -> None:
    before = await dump()
    report = await imported(small_blog(), replace(PLAN, dry_run=True))
    assert await dump() == before
    assert outcomes(report, "comment") == {"written": 4}
    assert not await ImportedRow.exists()


async def test_a_dry_run_tells_what_has_no_post() -> None:
    report = await imported([comment("1", "lost"), linkback("2", "lost")], replace(PLAN, dry_run=True))
    assert outcomes(report, "comment") == outcomes(report, "linkback") == {"left out": 1}


async def test_followers_are_told_once_and_only_if_something_came(database: Database) -> None:
    cursors = []
    for _ in range(3):
        cursors.append(await database.fetch_text("SELECT cursor FROM feed", []))
        await imported(small_blog())
    assert cursors[0] != cursors[1] == cursors[2]
    assert await CommentEvent.all().count() == 1


@pytest.mark.parametrize("address", ["not a url", "https://[::1", "https://old.example:99999", "mailto:x"])
async def test_addresses_that_are_none_make_no_links_and_no_end(address: str) -> None:
    body = '<p><a href="/x">Here</a></p>'
    await imported(
        [
            records.Blog(title="Old", url=address),
            *(author(), category("kitchen"), post("1", body=body, base=address), comment("1", body=body)),
        ]
    )
    assert "not a url" not in (await Post.get(slug="post-1")).body_html
    assert "href" not in (await Comment.get(body=body)).body_html
