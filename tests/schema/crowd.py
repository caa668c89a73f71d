"""Many rows, made by the database itself, and what its planner has to say about them."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tortoise.context import get_current_context

from resolvers.archive_months import keep_archive

USERS, GUESTS, CATEGORIES, TAGS, POSTS, COMMENTS = 200, 2_000, 20, 400, 3_000, 30_000

NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<{count})",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1,{count}))",
}
MOMENT = {
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%S.000000Z','2020-01-01','+'||(i*37)||' minutes')",
    "postgresql": "'2020-01-01T00:00:00Z'::timestamptz + i*37 * interval '1 minute'",
}
# What files the i-th post; several times as many rows file it at further places.
NUMBER = f"(1+(i-1)%{POSTS})"
FILED = {
    "id": "i",
    "post_id": NUMBER,
    "position": f"(i-1)/{POSTS}",
    "kind": "'ARTICLE'",
    "status": f"CASE WHEN {NUMBER}%20=0 THEN 'DRAFT' ELSE 'PUBLISHED' END",
    "published_at": "MOMENT",
    "author_id": f"10*(1+{NUMBER}%20)",
    "comment_count": f"{NUMBER}%50",
    "last_commented_at": "MOMENT",
    "counted": "true",
}
TEXT = {"sqlite": "printf('%01800d',0)", "postgresql": "lpad('',1800,'B')"}
"""So long that it costs something to go over all posts."""
TABLES: dict[str, tuple[int, dict[str, str]]] = {
    "users": (
        USERS + GUESTS,
        {
            "id": "i",
            "username": f"CASE WHEN i<={USERS} THEN 'user'||i END",
            "email": f"CASE WHEN i<={USERS} THEN 'user'||i||'@example.org' END",
            "name": "'U'",
            "bio": "''",
            "role": f"CASE WHEN i<={USERS} THEN 'AUTHOR' ELSE 'READER' END",
            "password_hash": "'!'",
            "created_at": "MOMENT",
        },
    ),
    "categories": (
        CATEGORIES,
        {
            "id": "i",
            "slug": "'category'||i",
            "name": "'C'",
            "description": "''",
            "parent_id": "CASE WHEN i>10 THEN i-10 END",
            "position": "i",
            "post_count": "0",
        },
    ),
    "posts": (
        POSTS,
        {
            "id": "i",
            "slug": "'post'||i",
            "title": "'T'",
            "body": "'B'",
            "body_html": "TEXT",
            "excerpt": "'E'",
            "language": "CASE WHEN i%3=0 THEN 'fr' ELSE 'en' END",
            "status": "CASE WHEN i%20=0 THEN 'DRAFT' ELSE 'PUBLISHED' END",
            "published_at": "MOMENT",
            "created_at": "MOMENT",
            "updated_at": "MOMENT",
            "author_id": "10*(1+i%20)",
            "category_id": "1+i%20",
            "comments_open": "true",
            "comment_count": "i%50",
            "last_commented_at": "MOMENT",
            "counted": "true",
        },
    ),
    "post_slugs": (POSTS, {"slug": "'post'||i", "post_id": "i"}),
    "post_categories": (2 * POSTS, {**FILED, "category_id": f"1+((i-1)%{POSTS}+1+(i-1)/{POSTS})%20"}),
    "tags": (
        TAGS,
        {"id": "i", "slug": "'tag'||i", "name": "'Tag '||i", "key": "'tag '||i", "post_count": "i%30"},
    ),
    "post_tags": (3 * POSTS, {**FILED, "tag_id": f"1+((i-1)%{POSTS}*7+(i-1)/{POSTS})%{TAGS}"}),
    "path_aliases": (
        2 * POSTS,
        {
            "path": "'/old/'||i",
            "post_id": f"CASE WHEN i<={POSTS} THEN i END",
            "tag_id": f"CASE WHEN i>{POSTS} THEN 1+i%{TAGS} END",
        },
    ),
    "page_addresses": (POSTS, {"key": "'page'||i", "post_id": "i"}),
    "comments": (
        COMMENTS,
        {
            "id": "i",
            "post_id": f"1+i%{POSTS}",
            "author_id": "1+i%200",
            "parent_id": f"CASE WHEN i>{COMMENTS // 2} THEN i-{COMMENTS // 2} END",
            "depth": f"CASE WHEN i>{COMMENTS // 2} THEN 1 ELSE 0 END",
            "body": "'B'",
            "body_html": "'B'",
            "status": "CASE WHEN i%25=0 THEN 'PENDING' WHEN i%50=7 THEN 'SPAM' ELSE 'APPROVED' END",
            "created_at": "MOMENT",
            "reply_count": "1",
            "shown_number": f"1+i/{POSTS}",
        },
    ),
    "post_visits": (
        2 * POSTS,
        {"id": "i", "user_id": f"7+(i-1)/{POSTS}", "post_id": NUMBER, "seen_number": "i%12"},
    ),
    "outgoing_linkbacks": (
        POSTS,
        {
            "id": "i",
            "post_id": "1",
            "target_url": "'https://elsewhere.example/'||i",
            "target_digest": "'digest'||i",
            "linked": "true",
            "status": "CASE WHEN i%20=0 THEN 'FAILED' ELSE 'SENT' END",
            "attempts": "1",
        },
    ),
}


async def fill(dialect: str) -> None:
    """Fill the tables; PostgreSQL learns about them at once, as it otherwise would a minute later."""
    client = _client()
    for table, (count, columns) in TABLES.items():
        values = ",".join(columns.values()).replace("MOMENT", MOMENT[dialect]).replace("TEXT", TEXT[dialect])
        numbers = NUMBERS[dialect].format(count=count)
        await client.execute_script(
            f"INSERT INTO {table}({','.join(columns)}) {numbers} SELECT {values} FROM n"
        )
    await keep_archive("UTC")
    if dialect == "postgresql":
        await client.execute_script("ANALYZE")


async def touched(sql: str, parameters: list[Any]) -> dict[str, float]:
    """How many rows of each table PostgreSQL looks at to run a statement."""
    _, rows = await _client().execute_query(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
    found: dict[str, float] = {}
    for node in _nodes(json.loads(rows[0][0])[0]["Plan"]):
        if "Relation Name" in node:
            removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
            seen = (node["Actual Rows"] + removed) * node["Actual Loops"]
            found[node["Relation Name"]] = found.get(node["Relation Name"], 0) + seen
    return found


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def objections(plan: str, sql: str) -> list[str]:
    """The lines of SQLite's EXPLAIN QUERY PLAN that go over a whole table, or sort more than a page.

    That of years is short, and read as a whole; others are listed in the order of their keys, without being sorted.
    """
    by_key = '"(?:archive_years|outgoing_linkbacks|import_reports)"'
    fine = {f"SCAN {alias}" for alias in re.findall(rf"{by_key} AS (\w+)", sql)}
    lines = [((len(line) - len(line.lstrip())) // 2, line.strip()) for line in plan.splitlines()]
    found = []
    for number, (_, line) in enumerate(lines):
        if line in fine:
            is_bad = False
        elif line.startswith("SCAN"):
            is_in_order = "USING INDEX" in line or "USING COVERING INDEX" in line
            is_bad = not _is_short(line, _beside(lines, number)) and not is_in_order
        elif "TEMP B-TREE" in line:
            beside = _beside(lines, number)
            outermost = [each for each in beside if each.startswith(("SCAN", "SEARCH"))][-1]
            is_bad = not _is_short(outermost, beside)
        else:
            is_bad = "AUTOMATIC" in line or "BLOOM" in line
        found += [line] if is_bad else []
    return found


def _beside(lines: list[tuple[int, str]], number: int) -> list[str]:
    """The lines before this one in the same SELECT, the nearest first."""
    depth = lines[number][0]
    beside = []
    for level, line in reversed(lines[:number]):
        if level < depth:
            break
        if level == depth:
            beside.append(line)
    return beside


PLACES = tuple(f"sqlite_autoindex_{table}_1 (post_id=?)" for table in ("post_categories", "post_tags"))
"""A post is filed in a few categories, and under a few tags."""
FEW = tuple(f"idx_posts_{name} (kind=? AND status=?" for name in ("uncounted", "pinned"))
"""Few posts are scheduled at a time, and few are pinned."""


def _is_short(loop: str, before: list[str]) -> bool:
    """Whether a loop is over one row, the ids of a request, a page or a thread that was found, or a post's places."""
    name = loop.split()[1]
    is_page = any(line in (f"CO-ROUTINE {name}", f"MATERIALIZE {name}") for line in before)
    is_one = "(rowid=?)" in loop or loop in {"SCAN feed", "SCAN CONSTANT ROW", "SCAN thread"}
    return (
        is_page
        or is_one
        or "VIRTUAL TABLE" in loop
        or loop.endswith(PLACES)
        or any(few in loop for few in FEW)
    )


def _client() -> Any:
    context = get_current_context()
    assert context is not None
    return context.db()
