"""The proof that a database makes nested answers as the compiler means them."""

from __future__ import annotations

from compiler.dialects import Sqlite
from compiler.texts import Json

ONE = '"id":1,"it":true,"one":{"id":2,"none":null}'
MANY = '"many":[{"id":3,"one":{"id":4}}],"none":[]'
EXPECTED = f'[{{{ONE},{MANY},"last":{{"id":"5"}}}}]'


def proof() -> tuple[str, str]:
    """A statement for SQLite with everything that nests, over no tables, and its only right answer.

    A later version may treat JSON in another way again; that is told by this, when a database is opened, and not by
    answers that are wrong.
    """
    sqlite = Sqlite()
    inner = sqlite.object([("id", Json("d.id"))])
    item = sqlite.object([("id", Json("c.id")), ("one", sqlite.where("d.id IS NOT NULL", inner))])
    rows = "(SELECT 3 AS id LIMIT 9) AS c LEFT JOIN (SELECT 4 AS id) AS d ON d.id=c.id+1"
    nothing = sqlite.array(sqlite.object([("many", sqlite.fetched("(SELECT o FROM x)"))]))
    one = sqlite.object([("id", Json("b.id")), ("none", sqlite.where("c.id IS NOT NULL", Json("c.id")))])
    row = sqlite.object(
        [
            ("id", Json("a.id")),
            ("it", Json(sqlite.boolean("a.id=1"))),
            ("one", sqlite.where("b.id IS NOT NULL", one)),
            ("many", sqlite.fetched(f"(SELECT {sqlite.array(item).sql} FROM {rows})", never_null=True)),
            ("none", sqlite.fetched(f"(SELECT {nothing.sql} FROM (SELECT 1 WHERE 1=0))", never_null=True)),
            ("last", sqlite.fetched("(SELECT o FROM x WHERE x.id=a.id+4)")),
        ]
    )
    five = sqlite.object([("id", Json(sqlite.literal("5")))])
    outlined = f"WITH x AS NOT MATERIALIZED (SELECT 5 AS id,{five.sql} AS o)"
    joined = "LEFT JOIN (SELECT 2 AS id) AS b ON b.id=a.id+1 LEFT JOIN (SELECT 3 AS id) AS c ON c.id=a.id"
    return f"{outlined} SELECT {sqlite.array(row).sql} FROM (SELECT 1 AS id LIMIT 9) AS a {joined}", EXPECTED
