"""Where a name in a query is nobody's, no hit is looked at."""

import pytest

from compiler import Request
from compiler.params import RequestValues
from resolvers import search_index
from storage import Database
from tests import factories
from tests.schema.crowd import touched
from tests.search.asking import HITS, NOBODY, Asker


@pytest.mark.parametrize("name", ["author:nobody", "category:none", "tag:none"])
async def test_no_hit_is_looked_at(postgresql_database: Database, name: str) -> None:
    for _ in range(20):
        await factories.comment(body_html="<p>quince</p>")
    await search_index.index_everything()
    engine = Asker(postgresql_database).engine
    operation, variables = engine.prepare(Request(HITS)), {"query": f"quince {name}", "first": 20}
    (plan,) = engine.explain(operation, variables, NOBODY).values()
    assert plan is not None
    seen = await touched(plan.sql, plan.bind(RequestValues(variables, NOBODY)))
    assert seen["search_documents"] == seen["comments"] == 0
