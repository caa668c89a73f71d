"""Signing up, in and out over HTTP, and inputs that are refused: what is refused leaves the rows alone."""

from typing import Any

import pytest

from models import User
from storage import Database
from tests import factories
from tests.endtoend.accounts import NOBODY, PASSWORD, token_of, tokens, with_password
from tests.endtoend.asking import Client, document
from tests.endtoend.sample_rows import SampleRows, sample_rows
from tests.endtoend.socket import opened
from tests.resolvers.rows import all_rows
from tests.server.running import Server

Rows = dict[str, Any]


async def rows_but_throttles() -> Rows:
    """A refused sign-in is counted, which is all that it may leave behind."""
    found = await all_rows()
    del found["Throttle"]
    return found


async def member(client: Client, mutation: str, given: dict[str, Any], token: str | None = None) -> str:
    name: str = (await client.do(mutation, given, token))["data"]["outcome"]["__typename"]
    return name


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("{email}", "a long walk hom"),
        ("{email}", ""),
        ("{email}", PASSWORD + "\x00"),
        ("{email}", "x" * 100_000),
        ("nobody@example.org", PASSWORD),
        ("", PASSWORD),
        ("{username}", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("\x00", PASSWORD),
        ("x" * 10_000, PASSWORD),
    ],
)
async def test_wrong_credentials_open_nothing(
    client: Client, rows: Database, email: str, password: str
) -> None:
    user = await with_password()
    given = {"email": email.format(email=user.email, username=user.username), "password": password}
    before = await rows_but_throttles()
    assert await member(client, "signIn", given) == "InvalidCredentials"
    assert await rows_but_throttles() == before


async def test_right_credentials_open_a_session(client: Client, rows: Database) -> None:
    user = await with_password()
    document = "mutation ($i: SignInInput!) { signIn(input: $i) { token } }"
    answer = await client.ask(document, {"i": {"email": str(user.email).upper(), "password": PASSWORD}})
    viewer = await client.ask("{ viewer { username } }", token=answer["data"]["signIn"]["token"])
    assert viewer == {"data": {"viewer": {"username": user.username}}}


async def test_guessing_is_slowed_down_and_the_rows_stay(client: Client, rows: Database) -> None:
    user = await with_password()
    given = {"email": user.email, "password": "wrong"}
    before = await rows_but_throttles()
    members = [await member(client, "signIn", given) for _ in range(6)]
    assert members == ["InvalidCredentials"] * 5 + ["TooManyRequests"]
    assert await member(client, "signIn", {**given, "password": PASSWORD}) == "TooManyRequests"
    assert await rows_but_throttles() == before


async def test_a_wrong_current_password_changes_nothing(client: Client, rows: Database) -> None:
    token = await token_of(await with_password())
    before = await rows_but_throttles()
    given = {"currentPassword": "wrong", "newPassword": "another long walk"}
    assert await member(client, "changePassword", given, token) == "InvalidCredentials"
    assert await rows_but_throttles() == before
    given["currentPassword"] = PASSWORD
    assert await member(client, "changePassword", given, token) == "ChangePasswordPayload"
    assert await rows_but_throttles() != before


@pytest.mark.parametrize("who", NOBODY)
async def test_nobody_has_an_account_to_change(client: Client, rows: Database, who: str) -> None:
    token = (await tokens())[who]
    before = await all_rows()
    given = {"currentPassword": PASSWORD, "newPassword": "another long walk"}
    assert await member(client, "changePassword", given, token) == "NotSignedIn"
    answer = await client.ask("mutation { signOut signOutEverywhere }", token=token)
    assert answer["data"] == {"signOut": False, "signOutEverywhere": False}
    assert await all_rows() == before


async def test_a_token_that_opens_nothing_is_named_and_the_public_is_read(
    client: Client, rows: Database
) -> None:
    held, samples = await tokens(), await sample_rows()
    query = "query ($id: ID!) { viewer { id } node(id: $id) { id } }"
    for who in NOBODY:
        answer = await client.ask(query, {"id": samples.post}, held[who])
        assert answer["data"] == {"viewer": None, "node": {"id": samples.post}}
        told = answer.get("extensions", {}).get("authentication", {}).get("code")
        assert told == (None if who == "anonymous" else "INVALID_TOKEN")


@pytest.mark.parametrize("who", NOBODY)
async def test_nobody_writes_over_a_socket(blog: Server, rows: Database, who: str) -> None:
    token, given = (await tokens())[who], {"post": (await sample_rows()).post, "body": "b"}
    before = await all_rows()
    async with opened(blog, **({} if token is None else {"token": token})) as socket:
        await socket.subscribe("1", document("addComment", given), {"given": given})
        outcome = (await socket.hear("1"))["payload"]["data"]["outcome"]["error"]
    assert outcome["__typename"] == "NotSignedIn"
    assert await all_rows() == before


INVALID: dict[str, tuple[str, Any]] = {
    "a comment of white space": ("addComment", lambda s: {"post": s.post, "body": " \n"}),
    "a comment with NUL": ("addComment", lambda s: {"post": s.post, "body": "a\x00b"}),
    "a comment that is too long": ("addComment", lambda s: {"post": s.post, "body": "a" * 20_000}),
    "an edit to nothing": ("editComment", lambda s: {"id": s.comment, "body": ""}),
    "a post without a title": (
        "createPost",
        lambda s: {"title": "", "body": "b", "category": s.category},
    ),
    "a post without a body": ("createPost", lambda s: {"title": "t", "body": "", "category": s.category}),
    "a slug with blanks": ("updatePost", lambda s: {"id": s.post, "slug": "a b"}),
    "a language that is none": ("updatePost", lambda s: {"id": s.post, "language": "!"}),
    "a post taken back its title": ("updatePost", lambda s: {"id": s.post, "title": None}),
    "a category without a name": ("createCategory", lambda _: {"name": " "}),
    "a category under itself": (
        "updateCategory",
        lambda s: {"id": s.category, "parent": s.category},
    ),
    "a category that is full": ("deleteCategory", lambda s: s.category),
    "a profile with a bad address": ("updateProfile", lambda _: {"website": "javascript:alert(1)"}),
    "a short password": ("changePassword", lambda _: {"currentPassword": PASSWORD, "newPassword": "short"}),
    "a sign-up without an e-mail": (
        "signUp",
        lambda _: {"email": "no", "username": "newcomer", "password": PASSWORD},
    ),
    "a sign-up with a common password": (
        "signUp",
        lambda _: {"email": "n@example.org", "username": "newcomer", "password": "password"},
    ),
}


@pytest.mark.parametrize("name", INVALID)
async def test_an_invalid_input_changes_nothing(client: Client, rows: Database, name: str) -> None:
    mutation, given = INVALID[name]
    token = await token_of(await with_password(role="ADMIN"))
    samples: SampleRows = await sample_rows()
    before = await rows_but_throttles()
    assert await member(client, mutation, given(samples), token) == "InvalidInput"
    assert await rows_but_throttles() == before


async def test_a_taken_name_is_invalid(client: Client, rows: Database) -> None:
    user: User = await factories.user()
    before = await rows_but_throttles()
    for given in (
        {"email": user.email, "username": "newcomer", "password": PASSWORD},
        {"email": "n@example.org", "username": str(user.username).upper(), "password": PASSWORD},
    ):
        assert await member(client, "signUp", given) == "InvalidInput"
    assert await rows_but_throttles() == before
