"""JSON as text: the same bytes as SQLite's own JSON functions make, whatever stands beside what."""

# ruff: noqa: SLF001 - what the planner makes is looked at before it runs

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from random import Random
from typing import Any

import pytest

import schema
from compiler import Engine, Limits, Request, RequestError
from compiler.dialects import Sqlite
from compiler.planner import Execution
from compiler.texts import Json, Pair, text
from resolvers.policy import Policy
from storage import Database
from tests.compiler.asking import describe
from tests.schema import blog as the_blog
from tests.schema import reference
from tests.schema.queries import Queries

SQLITE = Sqlite()
PLAIN: list[tuple[str, Any]] = [
    ("0", 0),
    ("1000", 1000),
    ("-1.5", -1.5),
    ("NULL", None),
    ("''", ""),
    ("'0}'", "0}"),
    ("'{0'", "{0"),
    ("'a,\"b\\c'||char(10)", 'a,"b\\c\n'),
    ("json('true')", True),
    ("json_object()", {}),
    ("json_object('a',0)", {"a": 0}),
    ("json_object('b',json_object('c',json_object()))", {"b": {"c": {}}}),
    ("iif(1=0,json_object('a',0),NULL)", None),
]
TEXTS: list[tuple[str, Any]] = [
    ("(SELECT '[]')", []),
    ("(SELECT '{\"a\":0}')", {"a": 0}),
    ("coalesce((SELECT 1 WHERE 1=0),'null')", None),
    ("'0}'||'0}'", None),
]
"""The last one is no JSON: what is cut off must never be a part of it."""


def made(value: Json) -> Any:
    with closing(sqlite3.connect(":memory:")) as connection:
        return connection.execute(f"SELECT {value.sql}").fetchone()[0]


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("part", range(4))
def test_members_in_their_order_whatever_their_kind(part: int) -> None:
    random = Random(part)
    for _ in range(100):
        count = random.choice([0, 1, 2, 3, 5, 59, 60, 61, 62, 130])
        share = random.choice([0, 0.1, 0.5, 1])
        chosen = [(TEXTS[:-1], True) if random.random() < share else (PLAIN, False) for _ in range(count)]
        members = [(*random.choice(kinds), is_text) for kinds, is_text in chosen]
        pairs: list[Pair] = [
            (f"a{i}", text(sql) if is_text else Json(sql)) for i, (sql, _, is_text) in enumerate(members)
        ]
        value = SQLITE.object(pairs)
        assert made(value) == compact({f"a{i}": each for i, (_, each, _) in enumerate(members)})
        assert value.is_text or (len(pairs) <= SQLITE.most_pairs and not any(m[2] for m in members))


def test_a_text_is_put_in_as_it_stands() -> None:
    plain, piece = Json("json_object('x',0)"), text(TEXTS[-1][0])
    for pairs in ([plain, piece, plain], [piece, plain], [plain, piece], [piece, piece]):
        expected = ",".join(
            f'"{i}":' + ("0}0}" if each is piece else '{"x":0}') for i, each in enumerate(pairs)
        )
        assert made(SQLITE.object([(str(i), each) for i, each in enumerate(pairs)])) == f"{{{expected}}}"


@pytest.mark.parametrize("count", [0, 1, 3])
@pytest.mark.parametrize("is_text", [False, True])
def test_arrays(count: int, is_text: bool) -> None:
    item = "'{\"a\":'||n||'}'" if is_text else "json_object('a',n)"
    array = SQLITE.array(text(item) if is_text else Json(item))
    assert array.is_text
    rows = f"WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n<{count}) "
    rows += f"SELECT {array.sql} FROM (SELECT n FROM c WHERE n<={count} ORDER BY n DESC LIMIT 9)"
    with closing(sqlite3.connect(":memory:")) as connection:
        found = connection.execute(rows).fetchone()[0]
    assert found == compact([{"a": n} for n in range(count, 0, -1)])


def test_very_many_texts_in_one_object() -> None:
    pairs = [(f"a{i}", text("(SELECT '[]')")) for i in range(2000)]
    assert made(SQLITE.object(pairs)) == compact({f"a{i}": [] for i in range(2000)})


TOKENS = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|(?:\bjson(?:_object|_array|_group_array|_quote)?)?\(|\)|\bSELECT\b"
)


def crossings(sql: str) -> Iterator[str]:
    """Where JSON that a subquery makes is an argument of a JSON function, which takes it for a string."""
    stack: list[str] = []
    for found in TOKENS.finditer(sql):
        token = found[0]
        if token[0] in "'\"":
            continue
        if token == ")":
            stack.pop()
        elif token == "SELECT":
            if stack:
                stack[-1] = "SELECT"
        else:
            around = [i for i, each in enumerate(stack) if each.startswith("json")]
            if token != "(" and around and "SELECT" in stack[around[0] :]:
                yield sql[max(found.start() - 80, 0) : found.end() + 40]
            stack.append(token)


def test_what_a_crossing_is() -> None:
    assert list(crossings("SELECT json_object('a',(SELECT json_object('b',1) FROM t))"))
    assert list(crossings("SELECT json_group_array(json_object('a',iif(1,(SELECT json('[]')),NULL)))"))
    assert not list(
        crossings("SELECT json_object('a',(SELECT count(*) FROM t),'(SELECT json(',json_object())")
    )
    assert not list(
        crossings("SELECT rtrim(json_object('a',1),'}')||(SELECT json_group_array(1) FROM t)||'}'")
    )


async def test_no_statement_hands_json_from_a_subquery_to_a_json_function(sqlite_database: Database) -> None:
    rows = await the_blog.fill()
    limits = Limits(rows=10**12, depth=100, fields=10_000, aliases=10_000)
    engine = Engine(
        schema.build(),
        sqlite_database,
        placeholders=schema.PLACEHOLDERS,
        describe=describe,
        limits=limits,
        policy=Policy(),
    )
    queries, viewers = Queries(reference.build(), rows, Random("crossings")), [rows.viewer("")]
    viewers += [rows.viewer(str(user.username)) for user in rows.users]
    statements = 0
    for number in range(200):
        query, variables = queries.make()
        try:
            operation = engine.prepare(Request(query))
            values = operation.coerce(engine._graphql, variables)
            fields = engine._direct_reads.fields(Execution(operation, values, viewers[number % len(viewers)]))
        except RequestError:
            continue
        for field in fields:
            if field.plan is not None:
                assert list(crossings(field.plan.sql)) == [], query
                statements += 1
    assert statements > 100
