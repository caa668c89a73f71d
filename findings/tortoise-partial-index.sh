#!/usr/bin/env bash
# Tortoise ORM on SQLite: a filter `field__isnull=False` never uses a partial index WHERE field IS NOT NULL, which its own
# `PartialIndex` may have made for it. The whole table is read and sorted.
#
# Expected: the index is made for just this filter, and an ordered page of it is read from there.
# Seen with tortoise-orm 1.1.9: the filter is written `NOT "field" IS NULL`. SQLite 3.40.1 proves that a
# partial index will do only from terms as they stand, `"field" IS NOT NULL` or a comparison, and not from their
# negation. A comparison such as `field__gt=""` is served by it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check tortoise-orm==1.1.9 pypika-tortoise==0.6.5 2>/dev/null

cat >people.py <<'PYTHON'
from tortoise import fields
from tortoise.models import Model


class Person(Model):
    id = fields.IntField(primary_key=True)
    username = fields.CharField(max_length=30, null=True)
    name = fields.CharField(max_length=30)
PYTHON
cat >try.py <<'PYTHON'
import asyncio
import importlib.metadata
import sqlite3

from people import Person
from tortoise import Tortoise, connections


async def plan(queryset):
    sql = queryset.sql(params_inline=True)
    rows = await connections.get("default").execute_query_dict(f"EXPLAIN QUERY PLAN {sql}")
    return sql, " | ".join(row["detail"] for row in rows)


async def main():
    await Tortoise.init(db_url="sqlite://:memory:", modules={"models": ["people"]})
    await Tortoise.generate_schemas()
    database = connections.get("default")
    await database.execute_script("CREATE INDEX named ON person (name, id) WHERE username IS NOT NULL")
    await Person.bulk_create(
        Person(id=i, username=None if i % 10 else f"user{i}", name=f"name{i % 97}") for i in range(1, 5001)
    )
    await database.execute_script("ANALYZE")
    print("tortoise-orm", importlib.metadata.version("tortoise-orm"), "| SQLite", sqlite3.sqlite_version)
    asked = Person.filter(username__isnull=False), Person.filter(username__gt="")
    found = [await plan(each.order_by("name", "id").limit(20).only("id")) for each in asked]
    by_hand = 'SELECT id FROM person WHERE username IS NOT NULL ORDER BY name, id LIMIT 20'
    rows = await database.execute_query_dict(f"EXPLAIN QUERY PLAN {by_hand}")
    found.append((by_hand, " | ".join(row["detail"] for row in rows)))
    for sql, used in found:
        print(sql, "->", used)
    assert "NOT" in found[0][0] and "IS NOT NULL" not in found[0][0]
    assert "named" not in found[0][1] and "TEMP B-TREE" in found[0][1]
    assert all("USING" in used and "named" in used and "TEMP B-TREE" not in used for _, used in found[1:])
    await connections.close_all()


asyncio.run(main())
PYTHON
venv/bin/python try.py
