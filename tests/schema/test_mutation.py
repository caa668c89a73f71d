"""Each mutation over the whole way: input, verb, row, answer."""

import pytest

from models import Category, Comment, Post, Session, User
from resolvers import accounts
from storage import Database
from tests import factories
from tests.resolvers.rows import viewing
from tests.schema.mutating import Client, Context

ACCOUNT = {"email": "Ada@Example.org", "username": "ada", "password": "correct horse 9 battery"}


@pytest.fixture
def client(database: Database) -> Client:
    return Client(database)


SIGN_UP = """mutation ($input: SignUpInput!) { signUp(input: $input) {
     token expiresAt user { id username name email role } error { ...failure } } }"""
SIGN_IN = """mutation ($input: SignInInput!) { signIn(input: $input) {
     token user { email } error { ...failure } } }"""


async def test_signing_up_answers_with_ones_own_account(client: Client) -> None:
    answer = await client.do(None, SIGN_UP, {"input": ACCOUNT})
    assert answer["user"]["email"] == "ada@example.org"
    assert (answer["user"]["name"], answer["user"]["role"]) == ("ada", "READER")
    assert len(answer["token"]) > 30
    refused = await client.do(None, SIGN_UP, {"input": ACCOUNT})
    assert refused["__typename"] == "InvalidInput"
    assert [problem["field"] for problem in refused["fields"]] == ["email", "username"]
    assert all(problem["message"] in refused["message"] for problem in refused["fields"])


async def test_signing_in_needs_the_right_password(client: Client) -> None:
    await client.do(None, SIGN_UP, {"input": ACCOUNT})
    right = {"email": "ada@example.org", "password": ACCOUNT["password"]}
    assert (await client.do(None, SIGN_IN, {"input": right}))["user"] == {"email": "ada@example.org"}
    for wrong in (
        {**right, "password": "x"},
        {**right, "email": "x@example.org"},
        {"email": "", "password": ""},
    ):
        refused = await client.do(None, SIGN_IN, {"input": wrong})
        assert refused["__typename"] == "InvalidCredentials"


async def test_guessing_in_one_request_is_throttled(client: Client) -> None:
    guesses = " ".join(
        f'g{n}: signIn(input: {{email: "ada@example.org", password: "{n}"}}) '
        "{ error { __typename ... on TooManyRequests { retryAfter } } }"
        for n in range(12)
    )
    answer = await client.send(Context(), f"mutation {{ {guesses} }}")
    kinds = [value["error"]["__typename"] for value in answer["data"].values()]
    assert kinds[0] == "InvalidCredentials"
    assert kinds[-1] == "TooManyRequests"
    assert answer["data"]["g11"]["error"]["retryAfter"] > 0


async def test_what_follows_signing_in_is_done_by_whoever_signed_in(client: Client) -> None:
    await client.do(None, SIGN_UP, {"input": ACCOUNT})
    post = await factories.post()
    context = Context()
    answer = await client.send(
        context,
        """mutation ($in: SignInInput!, $comment: AddCommentInput!) {
            before: addComment(input: $comment) { error { __typename } }
            signIn(input: $in) { error { __typename } }
            addComment(input: $comment) { comment { author { username } } }
            signOut
            again: signOut
            after: addComment(input: $comment) { error { __typename } }
        }""",
        {
            "in": {"email": "ada@example.org", "password": ACCOUNT["password"]},
            "comment": {"post": f"post_{post.id}", "body": "Now."},
        },
    )
    assert answer["data"] == {
        "before": {"error": {"__typename": "NotSignedIn"}},
        "signIn": {"error": None},
        "addComment": {"comment": {"author": {"username": "ada"}}},
        "signOut": True,
        "again": False,
        "after": {"error": {"__typename": "NotSignedIn"}},
    }
    assert await Session.all().count() == 1  # the one of the sign-up


async def test_signing_out_everywhere_ends_every_session(client: Client) -> None:
    user = await factories.user()
    for _ in range(2):
        await factories.session(user=user)
    other = await factories.session()
    assert await client.do(user, "mutation { signOutEverywhere }") is True
    assert [row.id for row in await Session.all()] == [other.id]
    assert await client.do(None, "mutation { signOutEverywhere }") is False


async def test_ending_one_session(client: Client) -> None:
    user = await factories.user()
    own, kept = await factories.session(user=user), await factories.session(user=user)
    other = await factories.session()
    end = "mutation ($id: ID!) { endSession(id: $id) { endedId error { ...failure } } }"
    ended = await client.do(user, end, {"id": f"session_{own.id}"})
    assert ended == f"session_{own.id}"
    for asked in (f"session_{other.id}", f"session_{own.id}", "session_0", f"user_{user.id}", "", "x"):
        assert (await client.do(user, end, {"id": asked}))["__typename"] == "NotFound"
    assert (await client.do(None, end, {"id": f"session_{kept.id}"}))["__typename"] == "NotSignedIn"
    assert {row.id for row in await Session.all()} == {kept.id, other.id}


async def test_changing_the_password(client: Client) -> None:
    signed_in = await client.do(None, SIGN_UP, {"input": ACCOUNT})
    user = await User.get(username="ada")
    change = """mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
        user { username } error { ...failure } } }"""
    wrong = {"currentPassword": "wrong", "newPassword": "another 9 fine secret"}
    assert (await client.do(user, change, {"input": wrong}))["__typename"] == "InvalidCredentials"
    weak = {"currentPassword": ACCOUNT["password"], "newPassword": "short"}
    refused = await client.do(user, change, {"input": weak})
    assert [problem["field"] for problem in refused["fields"]] == ["newPassword"]
    right = {"currentPassword": ACCOUNT["password"], "newPassword": "another 9 fine secret"}
    assert await client.do(user, change, {"input": right}) == {"username": "ada"}
    assert signed_in["token"]
    assert not await Session.exists()
    assert (await client.do(None, change, {"input": right}))["__typename"] == "NotSignedIn"


async def test_updating_the_profile(client: Client) -> None:
    update = """mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) {
        user { name bio website } error { ...failure } } }"""
    user = await factories.user(name="Ada")
    given = {"input": {"bio": "Counts.", "website": "https://example.org"}}
    assert await client.do(user, update, given) == {
        "name": "Ada",
        "bio": "Counts.",
        "website": "https://example.org",
    }
    assert (await client.do(user, update, {"input": {"website": None}}))["website"] is None
    refused = await client.do(user, update, {"input": {"name": None, "website": "x"}})
    assert [problem["field"] for problem in refused["fields"]] == ["name", "website"]


async def test_the_life_of_a_category(client: Client) -> None:
    admin = await factories.admin()
    create = """mutation ($input: CreateCategoryInput!) { createCategory(input: $input) {
        category { id slug parent { name } } error { ...failure } } }"""
    top = await client.do(admin, create, {"input": {"name": "Médias"}})
    assert top == {"id": top["id"], "slug": "medias", "parent": None}
    below = await client.do(admin, create, {"input": {"name": "Presse", "parent": top["id"], "position": 3}})
    assert below["parent"] == {"name": "Médias"}
    update = """mutation ($input: UpdateCategoryInput!) { updateCategory(input: $input) {
        category { name description children { name } } error { ...failure } } }"""
    changed = await client.do(admin, update, {"input": {"id": top["id"], "description": "Tout."}})
    assert changed == {"name": "Médias", "description": "Tout.", "children": [{"name": "Presse"}]}
    delete = "mutation ($id: ID!) { deleteCategory(id: $id) { deletedId error { ...failure } } }"
    kept = await client.do(admin, delete, {"id": top["id"]})
    assert kept["fields"][0]["field"] == "id"
    for id_ in (below["id"], top["id"]):
        assert await client.do(admin, delete, {"id": id_}) == id_
    assert (await client.do(admin, delete, {"id": top["id"]}))["__typename"] == "NotFound"
    assert not await Category.exists()


async def test_the_life_of_a_post(client: Client) -> None:
    author, category = await factories.author(), await factories.category()
    create = """mutation ($input: CreatePostInput!) { createPost(input: $input) {
        post { id slug status publishedAt bodyHtml author { id } category { postCount } } error { ...failure } } }"""
    given = {"title": "Déjà ?", "body": "*Oui*.", "category": f"category_{category.id}"}
    post = await client.do(author, create, {"input": given})
    assert post == {
        "id": post["id"],
        "slug": "deja",
        "status": "DRAFT",
        "publishedAt": None,
        "bodyHtml": "<p><em>Oui</em>.</p>\n",
        "author": {"id": f"user_{author.id}"},
        "category": {"postCount": 0},
    }
    publish = """mutation ($id: ID!) { publishPost(id: $id) {
        post { status category { postCount } } error { ...failure } } }"""
    published = await client.do(author, publish, {"id": post["id"]})
    assert published == {"status": "PUBLISHED", "category": {"postCount": 1}}
    update = """mutation ($input: UpdatePostInput!) { updatePost(input: $input) {
        post { slug status title commentsOpen language } error { ...failure } } }"""
    later = "2099-01-01T00:00:00Z"
    changes = {
        "id": post["id"],
        "title": "Encore",
        "publishedAt": later,
        "commentsOpen": False,
        "language": "fr",
    }
    assert await client.do(author, update, {"input": changes}) == {
        "slug": "encore",
        "status": "SCHEDULED",
        "title": "Encore",
        "commentsOpen": False,
        "language": "fr",
    }
    refused = await client.do(author, update, {"input": {"id": post["id"], "title": None, "language": "?"}})
    assert [problem["field"] for problem in refused["fields"]] == ["title", "language"]
    delete = "mutation ($id: ID!) { deletePost(id: $id) { deletedId error { ...failure } } }"
    assert await client.do(author, delete, {"id": post["id"]}) == post["id"]
    assert not await Post.exists()


PREVIEW = (
    """mutation ($input: PreviewInput!) { preview(input: $input) { html excerpt error { ...failure } } }"""
)


async def test_a_preview_of_a_post_and_of_a_comment(client: Client) -> None:
    author = await factories.author()
    text = {"body": "# A\n\n*B*"}
    assert await client.do(author, PREVIEW, {"input": {**text, "kind": "POST"}}) == {
        "html": "<h1>A</h1>\n<p><em>B</em></p>\n",
        "excerpt": "B",
    }
    comment = await client.do(author, PREVIEW, {"input": {**text, "kind": "COMMENT"}})
    assert comment == {"html": "<p># A</p>\n<p><em>B</em></p>\n", "excerpt": None}
    refused = await client.do(None, PREVIEW, {"input": {**text, "kind": "COMMENT"}})
    assert refused["__typename"] == "NotSignedIn"


async def test_the_life_of_a_comment(client: Client) -> None:
    post, reader = await factories.post(), await factories.user()
    add = """mutation ($input: AddCommentInput!) { addComment(input: $input) {
        comment { id status depth parent { id } post { commentCount } } error { ...failure } } }"""
    top = await client.do(reader, add, {"input": {"post": f"post_{post.id}", "body": "Un."}})
    assert (top["status"], top["depth"], top["post"]) == ("APPROVED", 0, {"commentCount": 1})
    answer = {"post": f"post_{post.id}", "body": "Deux.", "parent": top["id"]}
    reply = await client.do(reader, add, {"input": answer})
    assert (reply["depth"], reply["parent"]) == (1, {"id": top["id"]})
    edit = """mutation ($input: EditCommentInput!) { editComment(input: $input) {
        comment { body editedAt } error { ...failure } } }"""
    edited = await client.do(reader, edit, {"input": {"id": top["id"], "body": "Uno."}})
    assert edited["body"] == "Uno."
    assert edited["editedAt"].endswith("Z")
    decide = """mutation ($input: SetCommentStatusInput!) { setCommentStatus(input: $input) {
        comment { status post { commentCount } } error { ...failure } } }"""
    moderator = await factories.moderator()
    decision = {"id": reply["id"], "status": "SPAM"}
    decided = await client.do(moderator, decide, {"input": decision})
    assert decided == {"status": "SPAM", "post": {"commentCount": 1}}
    assert (await client.do(reader, decide, {"input": decision}))["__typename"] == "NotFound"
    delete = """mutation ($id: ID!) { deleteComment(id: $id) {
        deletedId comment { id deleted body } error { ...failure } } }"""
    gone = await client.do(reader, delete, {"id": top["id"]})
    assert gone == {"deletedId": top["id"], "comment": None}  # nobody sees the place that holds spam
    assert (await Comment.get(id=int(top["id"].partition("_")[2]))).deleted_at is not None
    closed = await factories.post(comments_open=False)
    refused = await client.do(reader, add, {"input": {"post": f"post_{closed.id}", "body": "Trois."}})
    assert refused == {"__typename": "CommentsClosed", "message": "The comments of this post are closed."}


async def test_text_that_is_not_text_is_an_answer(client: Client) -> None:
    """A lone surrogate cannot be sent as UTF-8, but a client of the engine could still try."""
    await factories.post()
    for field, value in (("email", "\ud800@example.org"), ("username", "\ud800"), ("password", "\ud800" * 9)):
        answer = await client.do(None, SIGN_UP, {"input": {**ACCOUNT, field: value}})
        assert answer["__typename"] == "InvalidInput", field
    answer = await client.do(None, SIGN_IN, {"input": {"email": "\ud800@example.org", "password": "\ud800"}})
    assert answer["__typename"] == "InvalidCredentials"


async def test_the_account_of_a_session_may_be_gone(client: Client) -> None:
    gone = await factories.user()
    await gone.delete()
    answer = await client.do(
        gone, 'mutation { updateProfile(input: {bio: "x"}) { user { id } error { ...failure } } }'
    )
    assert answer["__typename"] == "NotSignedIn"


async def test_a_bug_is_no_payload(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> int:
        raise LookupError

    monkeypatch.setattr(accounts, "update_profile", broken)
    context = Context(viewing(await factories.user()))
    answer = await client.send(context, 'mutation { updateProfile(input: {bio: "x"}) { error { message } } }')
    assert answer["data"] is None
    assert [type(error) for error in context.bugs] == [LookupError]
