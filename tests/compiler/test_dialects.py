"""What databases find hard: wide objects, deep nesting, texts of every kind."""

import json
from typing import Any

import pytest

from tests.compiler import rows
from tests.compiler.asking import STAFF, Library
from tests.compiler.rows import AUTHORS, BOOKS

TEXTS = [
    "",
    "'",
    "''; DROP TABLE books; --",
    '"quoted"',
    "back\\slash \\u0041 \\\\",
    "</script><!-- & &amp;",
    "".join(map(chr, range(1, 0x20))),
    "\x7f\x80\x9f\xa0\xad\u2028\u2029\ufeff\ufffd",
    "e\u0301 é \u202e\u200b\u200d",
    "👩‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿 \U0010ffff",
    "%s %% {} $1 ?1 :name \t\r\n",
    "null",
    '{"a": 1}',
    "[1]",
    "1e5",
    "x" * 100_000,
]


@pytest.mark.parametrize("width", [49, 50, 51, 59, 60, 61, 127, 300])
async def test_wide_objects(library: Library, width: int) -> None:
    fields = ["id", "title", "pages", "weight", "lent", "printedAt", "heading", "mine", "__typename", "genre"]
    names = " ".join(f"a{i}: {fields[i % len(fields)]}" for i in range(width))
    one = " ".join(fields)
    nested = "author { name } sequelOf { id } sequels { id } reviews { totalCount } alike shelf"
    query = "{ books(orderBy: ID) { nodes { WIDE NESTED } } x: books(orderBy: ID) { nodes { ONE NESTED } } }"
    query = query.replace("WIDE", names).replace("ONE", one).replace("NESTED", nested)
    answer = await library.ask(query)
    for wide, narrow in zip(answer["books"]["nodes"], answer["x"]["nodes"], strict=True):
        assert [wide[f"a{i}"] for i in range(width)] == [
            narrow[fields[i % len(fields)]] for i in range(width)
        ]
        assert list(wide)[: width + 1] == [f"a{i}" for i in range(width)] + ["author"]
        assert {name: wide[name] for name in narrow if name not in fields} == {
            name: narrow[name] for name in narrow if name not in fields
        }


async def test_wide_objects_at_every_level(library: Library) -> None:
    wide = " ".join(f"a{i}: __typename" for i in range(130))
    query = "{ books(first: 2) { W edges { W node { W author { W } sequels { W } reviews { W pageInfo { W } } } } } }"
    answer = await library.limited(aliases=2000).ask(query.replace("W", wide), STAFF)
    node = answer["books"]["edges"][0]["node"]
    assert node["a129"] == "Book"
    assert node["author"]["a129"] == "Author"
    assert node["reviews"]["pageInfo"]["a129"] == "PageInfo"
    assert len(node["reviews"]) == 131


async def test_deep_nesting(library: Library) -> None:
    deep = library.limited(depth=200, nesting=200, rows=2**99)
    for levels in (1, 2, 3, 4, 7, 12, 20, 25):
        query = '{ book(id: "book_24") { OPEN id CLOSE } }'
        query = query.replace("OPEN", "title sequelOf { author { books(last: 1) { nodes { " * levels)
        answer = (await deep.ask(query.replace("CLOSE", "} } } }" * levels), STAFF))["book"]
        # book 23 goes on from 20, whose author's last book is 23 again; nothing goes on from 24
        assert answer == {"title": BOOKS[23]["title"], "sequelOf": None}

        query = '{ book(id: "book_23") { OPEN id CLOSE } }'
        query = query.replace("OPEN", "title sequelOf { author { books(last: 1) { nodes { " * levels)
        answer = (await deep.ask(query.replace("CLOSE", "} } } }" * levels), STAFF))["book"]
        for _ in range(levels):
            assert answer["title"] == BOOKS[22]["title"]
            (answer,) = answer["sequelOf"]["author"]["books"]["nodes"]
        assert answer == {"id": "book_23"}


@pytest.mark.parametrize("link", ["author { books(first: 1) { nodes {", "reviews(first: 1) { nodes { book {"])
async def test_deep_lists_in_every_direction(library: Library, link: str) -> None:
    deep = library.limited(depth=200, nesting=200, rows=2**99)
    query = '{ items(ids: ["book_5"]) { ... on Book { OPEN id CLOSE } } books(first: 1) { nodes { OPEN id CLOSE } } }'
    answer = await deep.ask(query.replace("OPEN", link * 12).replace("CLOSE", "} } }" * 12), STAFF)
    assert json.dumps(answer).count("id") == 2


async def test_text_comes_back_as_it_is(own_library: Library) -> None:
    for number, text in enumerate(TEXTS, start=100):
        await rows.Book.create(**{**BOOKS[0], "id": number, "title": text})
        query = "query ($t: String) { books(filter: {title: $t}, first: 1) { nodes { title heading } } }"
        answer = await own_library.ask(query, t=text)
        (found,) = answer["books"]["nodes"]
        assert found["title"] == text
        assert f": {text} / " in found["heading"]


async def test_every_text_is_a_place_in_an_order(own_library: Library) -> None:
    for number, text in enumerate(TEXTS, start=100):
        await rows.Book.create(**{**BOOKS[0], "id": number, "title": text})
    query = """
        query ($after: String) { books(first: 1, after: $after, orderBy: TITLE) {
            nodes { title } pageInfo { endCursor hasNextPage } } }
    """
    titles, page = [], {"hasNextPage": True, "endCursor": None}
    while page["hasNextPage"]:
        answer = (await own_library.ask(query, STAFF, after=page["endCursor"]))["books"]
        titles.append(answer["nodes"][0]["title"])
        page = answer["pageInfo"]
    assert titles == sorted([*TEXTS, *(row["title"] for row in BOOKS)], key=str.encode)


@pytest.mark.parametrize(("depth", "width"), [(1, 490), (3, 163), (5, 98), (8, 61)])
async def test_wide_objects_inside_each_other(library: Library, depth: int, width: int) -> None:
    """The widest and deepest that the limits let through."""
    wide = " ".join(f"a{i}: id" for i in range(width))
    query = "id"
    for _ in range(depth):
        query = f"sequelOf {{ {query} }} {wide}"
    answer = await library.limited(rows=2**99).ask(f"{{ books(last: 1) {{ nodes {{ {query} }} }} }}", STAFF)
    (book,) = answer["books"]["nodes"]
    assert book["sequelOf"] is None
    assert book[f"a{width - 1}"] == "book_24"


@pytest.mark.parametrize(
    "what", ["author { id }", "sequelOf { id }", "sequels { id }", "reviews { totalCount }"]
)
@pytest.mark.parametrize(("depth", "width"), [(1, 240), (5, 47), (9, 25), (17, 13)])
async def test_many_relations_inside_each_other(library: Library, what: str, depth: int, width: int) -> None:
    """More than a SELECT can join, and more than an expression can chain."""
    many = " ".join(f"a{i}: {what}" for i in range(width))
    query = "id"
    for _ in range(depth):
        query = f"sequelOf {{ {query} }} {many} title"
    limits = library.limited(rows=2**99)
    (book,) = (await limits.ask(f"{{ books(last: 1) {{ nodes {{ {query} }} }} }}", STAFF))["books"]["nodes"]
    (one,) = (await limits.ask(f"{{ books(last: 1) {{ nodes {{ {what} }} }} }}", STAFF))["books"]["nodes"]
    assert list(book) == ["sequelOf", *(f"a{i}" for i in range(width)), "title"]
    assert {json.dumps(book[f"a{i}"]) for i in range(width)} == {json.dumps(value) for value in one.values()}


def first_of(author: int) -> dict[str, Any]:
    return min((row for row in BOOKS if row["author_id"] == author), key=lambda row: row["printed_at"])


async def test_rows_in_rows_wherever_they_stand(library: Library) -> None:
    """A row between scalars and lists, with lists of its own, null, and at the end."""
    row = "author { name books(first: 1) { nodes { sequelOf { id } pages } } born }"
    query = f"""
        {{ book(id: "book_10") {{ a: sequels {{ id }} pages sequelOf {{ id {row} }} {row} b: sequelOf {{ id }} }}
           items(ids: ["book_8", "x", "book_10"]) {{ ... on Book {{ sequelOf {{ id author {{ id }} }} }} }} }}
    """
    author = {
        "name": AUTHORS[BOOKS[9]["author_id"] - 1]["name"],
        "books": {"nodes": [{"sequelOf": None, "pages": first_of(BOOKS[9]["author_id"])["pages"]}]},
        "born": AUTHORS[BOOKS[9]["author_id"] - 1]["born"],
    }
    other = AUTHORS[BOOKS[6]["author_id"] - 1]
    earlier = {"nodes": [{"sequelOf": None, "pages": first_of(other["id"])["pages"]}]}
    before = {"id": "book_7", "author": {"name": other["name"], "books": earlier, "born": other["born"]}}
    found = {
        "book": {
            "a": [{"id": "book_13"}],
            "pages": BOOKS[9]["pages"],
            "sequelOf": before,
            "author": author,
            "b": {"id": "book_7"},
        },
        "items": [
            {"sequelOf": None},
            None,
            {"sequelOf": {"id": "book_7", "author": {"id": f"author_{other['id']}"}}},
        ],
    }
    assert json.dumps(await library.ask(query, STAFF)) == json.dumps(found)
