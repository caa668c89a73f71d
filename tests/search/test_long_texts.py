"""What is shown of texts that take long to read is found beside everything else."""

import threading

import pytest

from models import SearchDocument
from resolvers import search_index
from resolvers.reads import search
from search import marking
from storage import Database
from tests import factories
from tests.search.asking import WHOLE, Asker


async def test_long_texts_are_read_in_a_thread(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    threads, plain = set[int](), marking.plain

    def noting(html: str) -> str:
        threads.add(threading.get_ident())
        return plain(html)

    for number in range(3):
        text = "word &amp; <em>word</em> " * (search.LONG // 50)
        await factories.post(title=f"Post {number}", body_html=f"<p>{text} quince</p>")
    await search_index.index_everything()
    assert await SearchDocument.all().count() == 6
    monkeypatch.setattr(marking, "plain", noting)
    found = await Asker(database).ask(WHOLE, query="word")
    assert [hit["snippet"][0] for hit in found["nodes"]] == [{"text": "word", "matched": True}] * 3
    assert threading.get_ident() not in threads
    threads.clear()
    await factories.comment(body_html="<p>medlar</p>")
    await search_index.index_everything()
    found = await Asker(database).ask(WHOLE, query="medlar")
    assert [hit["snippet"][0]["text"] for hit in found["nodes"]] == ["medlar"]
    assert threads == {threading.get_ident()}
