"""Every query has the answer that graphql-core computes resolver by resolver, and one statement for a root field."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from tortoise.context import get_current_context

import schema
from auth.viewer import Viewer
from compiler import Engine, Limits, Request
from resolvers.policy import Policy, Site
from storage import Database
from tests.counted import Counted
from tests.schema import blog as the_blog
from tests.schema import reference
from tests.schema.queries import Queries

PARTS = 4
QUERIES = 40
UNLIMITED = Limits(rows=10**12, depth=100, fields=10_000, aliases=10_000)
POLICY = Policy(site=Site("Café </script>", "d", "https://blog.example", "fr", the_blog.ZONE))
VIEWERS = ["nobody", "reader", "pending", "author", "moderator", "admin"]


@dataclass
class Context:
    viewer: Viewer
    policy: Policy
    session_id: int | None = None
    extensions: dict[str, Any] = field(default_factory=dict)


def reveal(error: BaseException, _: Any) -> dict[str, Any]:
    return {"message": repr(error)}


@pytest.mark.parametrize("part", range(PARTS))
async def test_generated_queries(database: Database, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each query twice, with other variables and in other eyes, so that plans meet what they were not made for."""
    blog = await the_blog.fill()
    counted, built = Counted(database), reference.build()
    client, asked_otherwise = get_current_context().db(), []  # type: ignore[union-attr]
    execute_query = client.execute_query

    async def note(*arguments: Any) -> Any:
        asked_otherwise.append(arguments)
        return await execute_query(*arguments)

    monkeypatch.setattr(client, "execute_query", note)
    engine = Engine(
        schema.build(),
        counted,
        placeholders=schema.PLACEHOLDERS,
        describe=reveal,
        limits=UNLIMITED,
        policy=POLICY,
    )
    random = Random(f"{part} on {database.dialect}")
    queries = Queries(built, blog, random)
    known: dict[str, Any] = {}
    for _ in range(QUERIES):
        query, variables = queries.make()
        operation = engine.prepare(Request(query))
        for given in (variables, queries.vary(variables)):
            viewer = blog.viewer(random.choice(VIEWERS))
            asked = (query, given, viewer)
            one = reference.Reference(viewer, POLICY, known)
            expected = await reference.answer(built, one, query, given)
            assert expected.errors is None, asked

            counted.statements.clear()
            asked_otherwise.clear()
            answered = await engine.execute(operation, given, Context(viewer, POLICY))
            answer = json.loads(answered.body)
            assert "errors" not in answer, asked
            assert json.dumps(answer["data"], indent=1) == json.dumps(expected.data, indent=1), asked
            assert len(counted.statements) == one.root_fields, asked
            assert asked_otherwise == [], asked
            queries.learn(answer["data"])


NESTED = {
    "the README's": """{ posts { nodes {
        title author { name } category { name parent { name } } commentCount
        comments(first: 1, orderBy: OLDEST) {
            nodes { author { name } body replies { nodes { author { name } depth replyCount } } } }
    } } }""",
    "three levels": """{ posts { nodes { id comments { nodes { id author { id } replies { nodes {
        id author { id posts { nodes { id author { id } category { id } } } }
        parent { id author { id } } } } } } } } }""",
    "to the side": """{ categories { name children { name parent { name } posts(first: 3) { totalCount edges {
        cursor node { title author { name role } } } pageInfo { endCursor hasNextPage } } } } }""",
    "filed": """{ categories { ...C children { ...C } } tags(first: 100, orderBy: MOST_USED) { edges { cursor node {
        name url postCount posts(first: 100) { totalCount nodes { title tags { slug } categories { slug } } } } } } }
        fragment C on Category { slug postCount posts(orderBy: LAST_COMMENTED) { totalCount edges { cursor node {
        kind url pinned bodyFormat category { slug } categories { slug } tags { name } } } nodes { slug } } }""",
    "pages": """{ pages: posts(filter: {kind: PAGE}) { nodes { kind title tags { name } categories { postCount } } }
        others: posts(filter: {kind: EXTERNAL}) { nodes { kind url } } posts(filter: {pinned: true}) { nodes { id } }
        unpinned: posts(filter: {pinned: false}) { nodes { id } } }""",
    "shared": """{ site { shareServices { id name urlTemplate historic } } posts { nodes { title shareLinks { url
        service { id __typename } } author { posts { nodes { shareLinks { service { name historic } } } } } } }
        others: posts(filter: {kind: EXTERNAL}) { nodes { shareLinks { url } } } }""",
    "what they were": """{ posts { nodes { id revisions(last: 2) { totalCount nodes {
        number title body bodyFormat createdAt author { name } } }
        comments { nodes { id revisions(first: 2) { edges { cursor node { number body bodyFormat author { id } } }
        pageInfo { hasNextPage hasPreviousPage } } } } } } }""",
    "the archive": """{ archive { year postCount months { year month postCount from before url
        posts(first: 2) { totalCount edges { cursor node { title previous { id next { id } } next { title } } } } } }
        french: archive(filter: {language: "fr"}) { year months { month posts { nodes { language } } } }
        drafts: archive(filter: {status: DRAFT}) { postCount months { posts(last: 1) { nodes { id } } } }
        tagged: archive(filter: {tag: "tag_2", pinned: false}) { year months { from posts { nodes { id } } } }
        since: archive(filter: {publishedFrom: "2024-04-30T21:59:59Z"}) { year postCount months { month postCount } }
        pages: archive(filter: {kind: PAGE}) { months { path: url posts { nodes { next { id } } } } } }""",
    "what is new": """{ posts { nodes { id newCommentCount firstNewComment { id isNew author { name } replies { nodes {
        isNew post { firstNewComment { id } newCommentCount } } } } comments(flat: true) { nodes { isNew } } } }
        comments { nodes { isNew post { newCommentCount } } }
        pages: posts(filter: {kind: PAGE}) { nodes { firstNewComment { id body } newCommentCount } } }""",
    "where they are": """{ sessionId viewer { sessions { id createdAt expiresAt } } posts { nodes { author { name
        sessions { id } } comments { nodes { author { sessions { expiresAt __typename } } } } } } }""",
    "whom they told": """{ posts { nodes { id outgoingLinkbacks {
        targetUrl kind linked status attempts lastTriedAt error } author { posts { nodes { outgoingLinkbacks {
        status } } } } } } }""",
    "by id": """query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Post { author { name } comments {
        nodes { author { name } post { title category { slug } } } } } ... on Comment {
        parent { author { name } } replies { nodes { author { name } } } } } }""",
}


@pytest.mark.parametrize("query", NESTED.values(), ids=NESTED)
async def test_nested_answers(database: Database, query: str) -> None:
    """Objects and lists inside each other are objects and lists, whichever version of the database makes them."""
    blog, built = await the_blog.fill(), reference.build()
    engine = Engine(
        schema.build(),
        database,
        placeholders=schema.PLACEHOLDERS,
        describe=reveal,
        limits=UNLIMITED,
        policy=POLICY,
    )
    ids = ["post_1", "comment_1", "nothing", "comment_2", "comment_3", "post_2", "user_1", "tag_1"]
    given = {"ids": ids} if "$ids" in query else {}
    for name in VIEWERS:
        viewer = blog.viewer(name)
        expected = await reference.answer(built, reference.Reference(viewer, POLICY), query, given)
        answered = await engine.execute(engine.prepare(Request(query)), given, Context(viewer, POLICY))
        assert expected.data
        assert json.dumps(json.loads(answered.body)["data"]) == json.dumps(expected.data), name
