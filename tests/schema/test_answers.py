"""One document, one answer: what the pages of a blog ask for, and all that they get."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

import schema
from auth.viewer import Viewer
from compiler import Engine, Request
from models import CommentStatus, Feed, PostSlug, PostStatus, Role
from resolvers.policy import Policy, Site
from storage import Database
from tests import factories
from tests.schema.test_reference import Context, reveal

NOW = datetime(2024, 5, 1, tzinfo=UTC)
POLICY = Policy(site=Site("Café", "Talk", "https://blog.example", "fr"))
NOBODY = Viewer(None, None, NOW)
ADA = Viewer(1, Role.AUTHOR, NOW)
BEN = Viewer(2, Role.READER, NOW)
MODERATOR = Viewer(3, Role.MODERATOR, NOW)


def on(day: int, month: int = 4) -> datetime:
    return datetime(2024, month, day, 8, 30, tzinfo=UTC)


@pytest.fixture
async def engine(database: Database) -> Engine:
    """A blog of two posts and a draft, with a thread that has seen things; ids count from 1."""
    ada = await factories.author(username="ada", name="Ada", email="ada@example.org", created_at=on(1, 1))
    ben = await factories.user(username="ben", name="Ben", website="https://ben.example", created_at=on(2, 1))
    await factories.moderator(username="mo", name="Mo", created_at=on(3, 1))
    tech = await factories.category(slug="tech", name="Tech", position=2)
    await factories.category(slug="code", name="Code", parent=tech, position=1)
    await factories.category(slug="talk", name="Talk", position=1)
    common: dict[str, Any] = {"author": ada, "category": tech}
    first = await factories.post(slug="one", title="One", body="*1*", published_at=on(1), **common)
    await factories.post(slug="two", title="«Two»", language="fr", published_at=on(2), **common)
    await factories.draft(slug="three", title="Three", published_at=on(3), **common)
    await factories.post(slug="four", title="Four", published_at=on(1, 6), counted=False, **common)
    await PostSlug.create(slug="first", post=first)
    top = await factories.comment(post=first, author=ben, body="Top", created_at=on(5))
    gone = await factories.tombstone(parent=top, created_at=on(6))
    await factories.comment(parent=gone, author=ada, body="Deep </script> 🎈", created_at=on(7))
    await factories.comment(
        post=first, author=ben, body="Wait", status=CommentStatus.PENDING, created_at=on(8)
    )
    await factories.comment(post=first, author_id=None, body="Who?", created_at=on(9))
    await factories.comment(post=first, author=ada, status=CommentStatus.SPAM, created_at=on(10))
    await Feed.all().update(cursor="6-mark")
    return Engine(schema.build(), database, placeholders=schema.PLACEHOLDERS, describe=reveal, policy=POLICY)


async def ask(engine: Engine, viewer: Viewer, query: str, **variables: Any) -> Any:
    answer = await engine.execute(engine.prepare(Request(query)), variables, Context(viewer, POLICY))
    return json.loads(answer.body)


async def test_the_front_page(engine: Engine) -> None:
    query = """
        query FrontPage($first: Int = 10, $after: String) {
            site { title url }
            categories { slug name postCount children { slug postCount parent { slug } } }
            posts(first: $first, after: $after) {
                totalCount
                nodes { id title url language status publishedAt author { name } category { name } commentCount }
                pageInfo { hasNextPage endCursor }
            }
        }
    """
    assert await ask(engine, NOBODY, query, first=1) == {
        "data": {
            "site": {"title": "Café", "url": "https://blog.example"},
            "categories": [
                {"slug": "talk", "name": "Talk", "postCount": 0, "children": []},
                {
                    "slug": "tech",
                    "name": "Tech",
                    "postCount": 2,
                    "children": [{"slug": "code", "postCount": 0, "parent": {"slug": "tech"}}],
                },
            ],
            "posts": {
                "totalCount": 2,
                "nodes": [
                    {
                        "id": "post_2",
                        "title": "«Two»",
                        "url": "https://blog.example/posts/two",
                        "language": "fr",
                        "status": "PUBLISHED",
                        "publishedAt": "2024-04-02T08:30:00.000000Z",
                        "author": {"name": "Ada"},
                        "category": {"name": "Tech"},
                        "commentCount": 0,
                    }
                ],
                "pageInfo": {
                    "hasNextPage": True,
                    "endCursor": "published_at:2024-04-02T08:30:00.000000Z:2",
                },
            },
        }
    }


POST_PAGE = """
    query PostPage($slug: String!) {
        post(by: {slug: $slug}) {
            slug body commentsOpen feedCursor
            comments(first: 2, orderBy: OLDEST) {
                totalCount
                pageInfo { hasNextPage hasPreviousPage }
                edges { cursor node { ...comment replies { nodes { ...comment replies { nodes { ...comment } } } } } }
            }
        }
    }
    fragment comment on Comment { id status body depth replyCount author { username } parent { id } }
"""


def comment(
    id_: int, body: str, depth: int, replies: int, author: str | None, parent: int | None
) -> dict[str, Any]:
    return {
        "id": f"comment_{id_}",
        "status": "APPROVED",
        "body": body,
        "depth": depth,
        "replyCount": replies,
        "author": author and {"username": author},
        "parent": parent and {"id": f"comment_{parent}"},
    }


async def test_a_post_with_its_threads_under_an_earlier_slug(engine: Engine) -> None:
    deep = comment(3, "Deep </script> 🎈", 2, 0, "ada", 2)
    gone = {**comment(2, "", 1, 1, None, 1), "replies": {"nodes": [deep]}}
    top = {**comment(1, "Top", 0, 0, "ben", None), "replies": {"nodes": [gone]}}
    who = {**comment(5, "Who?", 0, 0, None, None), "replies": {"nodes": []}}
    wait = {**comment(4, "Wait", 0, 0, "ben", None), "status": "PENDING", "replies": {"nodes": []}}

    def page(*nodes: dict[str, Any], total: int) -> dict[str, Any]:
        day = {"comment_1": 5, "comment_4": 8, "comment_5": 9}
        edges = [
            {
                "cursor": f"created_at:2024-04-{day[node['id']]:02}T08:30:00.000000Z:{node['id'][8:]}",
                "node": node,
            }
            for node in nodes
        ]
        return {
            "data": {
                "post": {
                    "slug": "one",
                    "body": "*1*",
                    "commentsOpen": True,
                    "feedCursor": "6-mark",
                    "comments": {
                        "totalCount": total,
                        "pageInfo": {"hasNextPage": total > 2, "hasPreviousPage": False},
                        "edges": edges,
                    },
                }
            }
        }

    assert await ask(engine, NOBODY, POST_PAGE, slug="first") == page(top, who, total=2)
    assert await ask(engine, BEN, POST_PAGE, slug="one") == page(top, wait, total=3)
    assert await ask(engine, NOBODY, POST_PAGE, slug="three") == {"data": {"post": None}}


async def test_an_author_s_desk(engine: Engine) -> None:
    query = """
        query Desk {
            viewer { username email role }
            drafts: posts(filter: {status: DRAFT}) { nodes { title status publishedAt } }
            scheduled: posts(filter: {status: SCHEDULED, author: "user_1"}) { nodes { title status publishedAt } }
            other: user(by: {username: "ben"}) { email website comments { totalCount nodes { post { slug } } } }
        }
    """
    nothing: dict[str, Any] = {"nodes": []}
    other = {"email": None, "website": "https://ben.example"}
    assert await ask(engine, ADA, query) == {
        "data": {
            "viewer": {"username": "ada", "email": "ada@example.org", "role": "AUTHOR"},
            "drafts": {"nodes": [{"title": "Three", "status": "DRAFT", "publishedAt": None}]},
            "scheduled": {
                "nodes": [
                    {"title": "Four", "status": "SCHEDULED", "publishedAt": "2024-06-01T08:30:00.000000Z"}
                ]
            },
            "other": {**other, "comments": {"totalCount": 1, "nodes": [{"post": {"slug": "one"}}]}},
        }
    }
    assert await ask(engine, NOBODY, query) == {
        "data": {
            "viewer": None,
            "drafts": nothing,
            "scheduled": nothing,
            "other": {**other, "comments": {"totalCount": 1, "nodes": [{"post": {"slug": "one"}}]}},
        }
    }


async def test_the_moderators_queue(engine: Engine) -> None:
    query = """
        query Queue($status: CommentStatus) {
            comments(filter: {status: $status}, last: 5) { totalCount nodes { id status post { title } } }
        }
    """

    def found(*ids: int, status: str) -> dict[str, Any]:
        nodes = [{"id": f"comment_{id_}", "status": status, "post": {"title": "One"}} for id_ in ids]
        return {"data": {"comments": {"totalCount": len(ids), "nodes": nodes}}}

    assert await ask(engine, MODERATOR, query, status="PENDING") == found(4, status="PENDING")
    assert await ask(engine, MODERATOR, query, status="SPAM") == found(6, status="SPAM")
    assert await ask(engine, BEN, query, status="PENDING") == found(4, status="PENDING")
    assert await ask(engine, ADA, query, status="SPAM") == found(status="SPAM")
    assert await ask(engine, NOBODY, query) == found(5, 3, 2, 1, status="APPROVED")


async def test_things_by_their_ids(engine: Engine) -> None:
    query = """
        query Things($ids: [ID!]!) {
            nodes(ids: $ids) { __typename id ... on Post { title } ... on User { name } ... on Comment { body } }
            node(id: "category_2") { ... on Category { name parent { name } } }
            comment(id: "comment_4") { id }
        }
    """
    ids = ["comment_1", "post_3", "user_2", "nothing", "post_1", "comment_6"]
    assert await ask(engine, NOBODY, query, ids=ids) == {
        "data": {
            "nodes": [
                {"__typename": "Comment", "id": "comment_1", "body": "Top"},
                None,
                {"__typename": "User", "id": "user_2", "name": "Ben"},
                None,
                {"__typename": "Post", "id": "post_1", "title": "One"},
                None,
            ],
            "node": {"name": "Code", "parent": {"name": "Tech"}},
            "comment": None,
        }
    }


async def test_numbered_pages_of_a_category(engine: Engine) -> None:
    query = """
        query Numbered($offset: Int!) {
            category(by: {slug: "tech"}) {
                posts(first: 1, offset: $offset, orderBy: MOST_COMMENTED) {
                    nodes { title } pageInfo { hasNextPage hasPreviousPage } totalCount
                }
            }
        }
    """

    def page(title: str, *, more: bool, before: bool) -> dict[str, Any]:
        page_info = {"hasNextPage": more, "hasPreviousPage": before}
        posts = {"nodes": [{"title": title}], "pageInfo": page_info, "totalCount": 2}
        return {"data": {"category": {"posts": posts}}}

    assert await ask(engine, NOBODY, query, offset=0) == page("One", more=True, before=False)
    assert await ask(engine, NOBODY, query, offset=1) == page("«Two»", more=False, before=True)


async def test_posts_by_language_and_month(engine: Engine) -> None:
    query = """
        query Archive($from: DateTime!, $before: DateTime!, $language: String) {
            posts(filter: {publishedFrom: $from, publishedBefore: $before, language: $language}, orderBy: OLDEST) {
                nodes { slug }
            }
        }
    """
    april = {"from": "2024-04-01T10:30:00+02:00", "before": "2024-05-01T00:00:00Z"}
    both = {"nodes": [{"slug": "one"}, {"slug": "two"}]}
    assert await ask(engine, NOBODY, query, **april) == {"data": {"posts": both}}
    assert await ask(engine, NOBODY, query, **april, language="fr") == {
        "data": {"posts": {"nodes": both["nodes"][1:]}}
    }
    second = {**april, "from": "2024-04-01T08:30:00.000001Z"}
    assert await ask(engine, NOBODY, query, **second) == {"data": {"posts": {"nodes": both["nodes"][1:]}}}


async def test_what_is_looked_up_may_be_spelled_in_upper_case(engine: Engine) -> None:
    query = """
        query ($name: String!, $post: String!, $old: String!, $category: String!, $language: String) {
            user(by: {username: $name}) { username }
            post(by: {slug: $post}) { slug }
            old: post(by: {slug: $old}) { slug }
            category(by: {slug: $category}) { slug }
            posts(filter: {language: $language}) { nodes { slug } }
            literal: posts(filter: {language: "FR"}) { totalCount }
            ben: user(by: {username: " BEN "}) { username }
        }
    """
    found = {
        "user": {"username": "ada"},
        "post": {"slug": "two"},
        "old": {"slug": "one"},
        "category": {"slug": "tech"},
        "posts": {"nodes": [{"slug": "two"}]},
        "literal": {"totalCount": 1},
        "ben": {"username": "ben"},
    }
    asked = {"name": "ADA", "post": "Two", "old": "FIRST", "category": "Tech", "language": "Fr"}
    assert await ask(engine, NOBODY, query, **asked) == {"data": found}
    assert (await ask(engine, NOBODY, query, **{**asked, "language": "f_r"}))["data"]["posts"] == {
        "nodes": []
    }


async def test_drafts_are_in_the_order_of_their_making(engine: Engine) -> None:
    await factories.draft(
        slug="five", author_id=1, category_id=1, published_at=on(4), status=PostStatus.DRAFT
    )
    answer = await ask(engine, ADA, "{ posts(filter: {status: DRAFT}) { nodes { slug publishedAt } } }")
    nodes = [{"slug": "five", "publishedAt": None}, {"slug": "three", "publishedAt": None}]
    assert answer == {"data": {"posts": {"nodes": nodes}}}
