"""What is imported, and imported again after it was changed there, is found as if it were written anew."""

import dataclasses
from typing import Any

import pytest

from models import SearchDocument
from resolvers import search_index
from tests.transfer.importing.blogs import imported, small_blog
from transfer.formats import records

pytestmark = pytest.mark.usefixtures("database")


async def documents() -> dict[int, Any]:
    return {row.id: (row.post_id, row.comment_id, row.words) for row in await SearchDocument.all()}


async def test_what_changes_with_a_second_import_is_found_anew() -> None:
    blog: list[Any] = small_blog()
    article = next(place for place, record in enumerate(blog) if isinstance(record, records.Post))
    blog[article + 1] = dataclasses.replace(blog[article + 1], body="Running for entreprises")
    await imported(blog)
    before = await documents()
    blog[article] = dataclasses.replace(blog[article], language="de", title="Others")
    blog[article + 2] = dataclasses.replace(blog[article + 2], body="Something else")
    await imported(blog)
    kept = await documents()
    assert len(kept) == len(before)
    assert sum(kept[id_] != words for id_, words in before.items()) == 2 + 2
    await search_index.index_everything()
    assert kept == await documents()
