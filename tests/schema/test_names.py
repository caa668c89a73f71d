"""Names, texts and moments as clients give them, through the whole schema."""

from typing import Any

import pytest

from compiler.errors import RequestError
from models import Role, User
from storage import Database
from tests import factories
from tests.schema.mutating import Client, Context

CREATE = """mutation ($input: CreatePostInput!) { createPost(input: $input) {
    post { id slug language updatedAt bodyHtml } error { ...failure } } }"""
UPDATE = """mutation ($input: UpdatePostInput!) { updatePost(input: $input) {
    post { slug updatedAt } error { ...failure } } }"""
PROFILE = """mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
    user { name website } error { ...failure } } }"""
CATEGORY = """mutation ($input: CreateCategoryInput!) { createCategory(input: $input) {
    category { slug } error { ...failure } } }"""


@pytest.fixture
def client(database: Database) -> Client:
    return Client(database)


@pytest.fixture
async def author(database: Database) -> User:
    return await factories.author()


async def given(**values: Any) -> dict[str, Any]:
    category = await factories.category()
    return {"input": {"title": "Part", "body": "b", "category": f"category_{category.id}", **values}}


def problems(answer: Any) -> list[tuple[str, str]]:
    assert answer["__typename"] == "InvalidInput"
    return [(problem["field"], problem["message"]) for problem in answer["fields"]]


async def test_what_was_chosen_stays_and_what_was_made_follows(client: Client, author: User) -> None:
    chosen = await client.do(author, CREATE, await given(slug="part-7", language=None))
    assert (chosen["slug"], chosen["language"]) == ("part-7", "en")
    kept = await client.do(author, UPDATE, {"input": {"id": chosen["id"], "title": "Prologue"}})
    assert kept["slug"] == "part-7"
    same = await client.do(author, UPDATE, {"input": {"id": chosen["id"], "title": "Prologue", "body": "b"}})
    assert same == kept
    free = await client.do(author, UPDATE, {"input": {"id": chosen["id"], "slug": None}})
    assert free["slug"] == "prologue"
    assert free["updatedAt"] > kept["updatedAt"]


async def test_a_line_that_turns_the_direction_of_writing_is_refused(client: Client, author: User) -> None:
    def problem(code: str) -> str:
        return f"contains a character that turns the direction of writing ({code})."

    post = await client.do(
        author, CREATE, await given(title="a\u202eb", excerpt="\u2067a", body="\u2067a\u2069")
    )
    assert problems(post) == [
        ("title", f"The title {problem('U+202E')}"),
        ("excerpt", f"The excerpt {problem('U+2067')}"),
    ]
    profile = await client.do(author, PROFILE, {"input": {"name": "a\u202eb"}})
    assert problems(profile) == [("name", f"The name {problem('U+202E')}")]
    profile = await client.do(author, PROFILE, {"input": {"name": "a\u200eb"}})
    assert problems(profile) == [("name", "The name contains a mark of the direction of writing (U+200E).")]
    admin = await factories.user(role=Role.ADMIN)
    category = await client.do(admin, CATEGORY, {"input": {"name": "\u202aa"}})
    assert problems(category) == [("name", f"The name {problem('U+202A')}")]


@pytest.mark.parametrize("code", ["\ufffe", "\uffff", "\ufdd0", "\U0001ffff"])
async def test_a_noncharacter_is_refused_in_any_text(client: Client, author: User, code: str) -> None:
    post = await client.do(author, CREATE, await given(title=f"a{code}", body=f"b{code}"))
    message = f"contains a code that is no character (U+{ord(code):04X})."
    assert problems(post) == [("title", f"The title {message}"), ("body", f"The body {message}")]
    profile = await client.do(author, PROFILE, {"input": {"bio": code}})
    assert problems(profile) == [("bio", f"The bio {message}")]
    named = await client.do(author, CREATE, await given(body="a &#xFFFE; &#xFFFF; &#1;"))
    assert named["bodyHtml"] == "<p>a \ufffd \ufffd \ufffd</p>\n"


async def test_a_website_may_have_an_at_in_its_path(client: Client, author: User) -> None:
    website = "https://social.example/@ada"
    assert (await client.do(author, PROFILE, {"input": {"website": website}}))["website"] == website


async def test_a_moment_is_read_alike_in_a_literal_and_in_a_variable(client: Client) -> None:
    literal = '{ posts(filter: {publishedFrom: "%s"}) { totalCount } }'
    variable = "query ($m: DateTime) { posts(filter: {publishedFrom: $m}) { totalCount } }"
    right, wrong = "2026-01-02t03:04:05z", "2026-W01-1T03:04:05Z"
    expected = "DateTime must be RFC 3339 with its offset, such as 2026-11-23T12:39:05Z"
    nothing = {"data": {"posts": {"totalCount": 0}}}
    assert await client.send(Context(), literal % right) == nothing
    assert await client.send(Context(), variable, {"m": right}) == nothing
    with pytest.raises(RequestError, match=expected):
        await client.send(Context(), literal % wrong)
    with pytest.raises(RequestError, match=expected):
        await client.send(Context(), variable, {"m": wrong})
