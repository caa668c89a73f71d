"""Asking for hits as clients do."""

import json
from datetime import UTC, datetime
from typing import Any

import schema
from auth.viewer import Viewer
from compiler import Engine, Request
from resolvers.policy import Policy, Site
from storage import Database
from tests.schema.test_reference import Context, reveal

POLICY = Policy(site=Site(language="fr", timezone="Europe/Paris"))
NOBODY = Viewer(None, None, datetime(2030, 1, 1, tzinfo=UTC))
HITS = """query ($query: String!, $after: String, $in: [SearchKind!], $filter: SearchFilter, $first: Int = 100) {
    search(query: $query, first: $first, after: $after, in: $in, filter: $filter) {
        nodes { score node { id } } pageInfo { hasNextPage endCursor } } }"""
WHOLE = """query ($query: String!) { search(query: $query) { totalCount nodes {
    score node { __typename id } title { text matched } snippet { text matched } } } }"""


class Asker:
    """Asks the schema, as anybody."""

    def __init__(self, database: Database) -> None:
        self.engine = Engine(
            schema.build(), database, placeholders=schema.PLACEHOLDERS, describe=reveal, policy=POLICY
        )

    async def ask(self, document: str, viewer: Viewer = NOBODY, **variables: Any) -> Any:
        operation = self.engine.prepare(Request(document))
        answer = json.loads((await self.engine.execute(operation, variables, Context(viewer, POLICY))).body)
        assert "errors" not in answer, (variables, answer)
        return answer["data"]["search"]

    async def ids(self, query: str, viewer: Viewer = NOBODY, **variables: Any) -> list[str]:
        """All hits, page after page."""
        found: list[str] = []
        after = None
        while True:
            page = await self.ask(HITS, viewer, query=query, after=after, **variables)
            found += [hit["node"]["id"] for hit in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return found
