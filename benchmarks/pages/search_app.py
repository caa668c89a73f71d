"""The search by hand: a bare ASGI application that runs one statement where it read the request. It knows no GraphQL.

What is shown of a hit it marks as Causerie does, so that the answers are the same.
"""

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from benchmarks.peers import asgi
from search.marking import Segment, marked, plain, snippet, wanted_by
from search.matching import fts5
from search.query import Query, parsed

STATEMENT = Path(__file__).with_name("search.sql").read_text()
PAGE = 20
_connection = sqlite3.connect(f"file:{os.environ['DATABASE']}?mode=ro", uri=True, isolation_level=None)
_connection.execute("PRAGMA mmap_size = 1073741824")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one question."""
    if scope["type"] == "http":
        variables = orjson.loads(await asgi.read(receive)).get("variables", {"query": ""})
        await asgi.answer(send, orjson.dumps({"data": {"search": hits(variables["query"])}}))


def hits(text: str) -> dict[str, Any]:
    """A page of hits."""
    query = parsed(text, "en")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    rows = _connection.execute(STATEMENT, [fts5(query), now]).fetchall()
    return {"nodes": [_hit(row, query) for row in rows[:PAGE]], "pageInfo": {"hasNextPage": len(rows) > PAGE}}


def _hit(row: tuple[Any, ...], query: Query) -> dict[str, Any]:
    score, comment, post, title, language, html = row
    node = {"id": f"post_{post}" if comment is None else f"comment_{comment}"}
    return {
        "score": score,
        "node": node,
        "title": _shown(marked(title, wanted_by(query if comment is None else Query()), language)),
        "snippet": _shown(snippet(plain(html), wanted_by(query), language)),
    }


def _shown(segments: list[Segment]) -> list[dict[str, Any]]:
    return [{"text": segment.text, "matched": segment.matched} for segment in segments]
