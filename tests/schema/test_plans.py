"""The API's orders and filters have indexes: no list is sorted or gone over as a whole to show a page of it."""

from typing import Any

import schema
from auth.viewer import Viewer
from compiler import Engine, Request
from compiler.params import RequestValues
from models import Role
from resolvers.policy import Policy
from storage import Database
from tests.schema import crowd
from tests.schema.blog import NOW
from tests.schema.reference import ORDERS, TAG_ORDERS, USER_ORDERS

VIEWERS = {
    "nobody": Viewer(None, None, NOW),
    "reader": Viewer(7, Role.READER, NOW),
    "author": Viewer(20, Role.AUTHOR, NOW),
    "moderator": Viewer(8, Role.MODERATOR, NOW),
    "admin": Viewer(9, Role.ADMIN, NOW),
}
PAGE = "nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor }"
MANY = (
    *("posts", "comments", "post_categories", "post_tags", "tags", "path_aliases", "users"),
    *("outgoing_linkbacks", "post_visits"),
)
"""Tables of which no statement looks at many rows."""
POST_FILTERS = [
    "",
    'category: "category_3"',
    'author: "user_20"',
    'language: "fr"',
    'category: "category_3", language: "fr"',
    'category: "category_3", author: "user_40"',
    "status: SCHEDULED",
    "status: DRAFT",
    'tag: "tag_3"',
    'tag: "tag_3", category: "category_3"',
    'category: "category_3", status: DRAFT',
    'tag: "tag_3", language: "fr", author: "user_40"',
    "pinned: true",
    "kind: PAGE",
]
COMMENT_FILTERS = [
    "",
    'post: "post_5"',
    'author: "user_7"',
    "status: APPROVED",
    "status: PENDING",
    "status: SPAM",
    'post: "post_5", author: "user_6"',
    'under: "comment_7"',
]
SINGLE = [
    '{ post(by: {slug: "post7"}) { id title author { name email } category { name parent { name } } feedCursor } }',
    '{ category(by: {slug: "category7"}) { id children { name } } }',
    '{ user(by: {username: "user7"}) { id } viewer { id } }',
    '{ node(id: "post_5") { id ... on Comment { parent { id } post { id } } } comment(id: "comment_20000") { id } }',
    '{ nodes(ids: ["post_1", "comment_2", "user_3"]) { id ... on Comment { replies { nodes { id } } } } }',
    '{ post(by: {id: "post_5"}) { revisions { nodes { number author { name } } pageInfo { hasNextPage } } } }',
    '{ post(by: {id: "post_5"}) { newCommentCount firstNewComment { body author { name } } } }',
    "{ posts { nodes { newCommentCount } } comments { nodes { isNew post { firstNewComment { id } } } } }",
    '{ comment(id: "comment_7") { revisions(last: 5) { nodes { number author { name } } totalCount } } }',
    "{ categories { name postCount children { name postCount } } }",
    '{ resource(path: "/old/7") { id ... on Post { title } ... on Tag { name postCount } } }',
    '{ post(by: {path: "/old/7"}) { title categories { name } tags { name url } } }',
    '{ post(by: {url: "https://else.example/7"}) { id title commentCount } }',
    '{ tag(by: {slug: "tag7"}) { id postCount } byId: tag(by: {id: "tag_7"}) { name } }',
    "{ posts { nodes { tags { name postCount } categories { name } } } }",
    "{ archive { year postCount months { month postCount } } }",
    "{ archive { months { posts(first: 1) { nodes { title } } } } }",
    "{ posts { nodes { previous { title author { name } } next { title } } } }",
    '{ post(by: {id: "post_5"}) { previous { id } next { id } } }',
    "{ archive(filter: {pinned: true}) { postCount } many: archive(filter: {pinned: false}) { months { postCount } } }",
    '{ archive(filter: {tag: "tag_3", publishedFrom: "2020-01-03T00:00:00Z"}) { months { postCount } } }',
]
FRONT_PAGE = """
    { posts { nodes { title url author { name } category { name } comments(first: 10) { totalCount nodes {
        body author { name } replies(first: 3) { nodes { body author { name } } } } } } pageInfo { hasNextPage } } }
"""

DEEP = "{ comments(first: 2) { nodes { SOME } } }"
for _ in range(2):
    DEEP = DEEP.replace(
        "SOME",
        "parent { author { name } post { author { comments(first: 1) { edges { node { id SOME } } } } } }",
    )
DEEP = DEEP.replace("SOME", "author { name }")
"""So deep that parts of the statement stand beside it."""


VALUES = {"comment_count": "7", "post_count": "7", "name": "Tag 2"}


def _cursor(column: str) -> str:
    value = VALUES.get(column, "2020-02-01T00:00:00.000000Z")
    return f"{column}:{value}:1000"


def _shapes() -> list[str]:
    pages = ["first: 20", "last: 20"]
    shapes = [*SINGLE, FRONT_PAGE, DEEP]
    for order, (column, _) in ORDERS.items():
        for page in [
            *pages,
            f'first: 20, after: "{_cursor(column)}"',
            f'last: 20, before: "{_cursor(column)}"',
        ]:
            shapes += [
                f"{{ posts(orderBy: {order}, {page}, filter: {{{given}}}) {{ {PAGE} }} }}"
                for given in POST_FILTERS
            ]
            shapes.append(
                f'{{ category(by: {{id: "category_3"}}) {{ posts(orderBy: {order}, {page}) {{ {PAGE} }} }} }}'
            )
            for given in ("", 'category: "category_3"', "status: DRAFT"):
                posts = f"posts(orderBy: {order}, {page}, filter: {{{given}}}) {{ {PAGE} }}"
                shapes.append(f'{{ tag(by: {{id: "tag_3"}}) {{ {posts} }} }}')
            shapes.append(
                f'{{ user(by: {{id: "user_20"}}) {{ posts(orderBy: {order}, {page}) {{ {PAGE} }} }} }}'
            )
    for order, (column, _) in TAG_ORDERS.items():
        shapes += [
            f"{{ tags(orderBy: {order}, {page}) {{ {PAGE} }} }}"
            for page in (*pages, f'first: 20, after: "{_cursor(column)}"')
        ]
    for order, (column, _) in USER_ORDERS.items():
        shapes += [
            f"{{ users(orderBy: {order}, {page}, filter: {{{given}}}) {{ {PAGE} }} }}"
            for page in (*pages, f'first: 20, after: "{_cursor(column)}"')
            for given in ("", "role: AUTHOR", "role: ADMIN", 'query: "user1"')
        ]
    sent = f"{{ nodes {{ targetUrl post {{ id }} }} {PAGE.partition('} ')[2]} }}"
    shapes += [
        f"{{ outgoingLinkbacks({page}, filter: {{{given}}}) {sent} }}"
        for page in (*pages, 'first: 20, after: "id:700"')
        for given in ("", "status: FAILED")
    ]
    shapes.append("{ imports { nodes { source kinds { kind } } pageInfo { hasNextPage } } }")
    for page in [
        *pages,
        f'first: 20, after: "{_cursor("created_at")}"',
        f'last: 20, before: "{_cursor("created_at")}"',
    ]:
        shapes += [f"{{ comments({page}, filter: {{{given}}}) {{ {PAGE} }} }}" for given in COMMENT_FILTERS]
        shapes.append(f'{{ user(by: {{username: "user7"}}) {{ comments({page}) {{ {PAGE} }} }} }}')
        shapes.append(f'{{ user(by: {{id: "user_7"}}) {{ comments(status: SPAM, {page}) {{ {PAGE} }} }} }}')
        for order in ("NEWEST", "OLDEST"):
            shapes += [
                f'{{ post(by: {{id: "post_5"}}) {{ comments(orderBy: {order}, flat: {flat}, {page}) {{ {PAGE} }} }} }}'
                for flat in ("true", "false")
            ]
            shapes.append(
                f'{{ comment(id: "comment_7") {{ replies(orderBy: {order}, {page}) {{ {PAGE} }} }} }}'
            )
    return shapes


def _statements(database: Database) -> list[tuple[str, str, str, list[Any]]]:
    """Who asks what, and the statement with its parameters."""
    engine = Engine(
        schema.build(), database, placeholders=schema.PLACEHOLDERS, describe=lambda *_: {}, policy=Policy()
    )
    found = []
    for name, viewer in VIEWERS.items():
        for shape in _shapes():
            operation = engine.prepare(Request(shape))
            for plan in engine.explain(operation, None, viewer).values():
                assert plan is not None
                found.append((name, shape, plan.sql, plan.bind(RequestValues({}, viewer))))
    return found


async def test_sqlite_sorts_and_scans_nothing(sqlite_database: Database) -> None:
    await crowd.fill("sqlite")
    for viewer, shape, sql, parameters in _statements(sqlite_database):
        plan = await sqlite_database.explain(sql, parameters)
        assert crowd.objections(plan, sql) == [], (viewer, shape, plan)


async def test_postgresql_looks_at_few_rows(postgresql_database: Database) -> None:
    await crowd.fill("postgresql")
    for viewer, shape, sql, parameters in _statements(postgresql_database):
        if viewer in ("author", "admin"):
            continue  # like the reader and the moderator, and each statement is really run
        rows = await crowd.touched(sql, parameters)
        allowed = 2_000 if shape in (FRONT_PAGE, DEEP) else 700  # twice a category
        assert max(rows.get(table, 0) for table in MANY) < allowed, (viewer, shape, rows)
