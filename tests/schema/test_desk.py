"""What those who keep the house look through, and nobody else."""

from typing import Any

from auth.viewer import now
from models import DeliveryStatus, ImportReport, OutgoingLinkback, Role, User
from storage import Database
from tests import factories
from tests.resolvers.rows import viewing
from tests.schema.mutating import Client, Context

LISTS = """{
    users(orderBy: NAME) { totalCount nodes { username email } pageInfo { hasNextPage } }
    outgoingLinkbacks { totalCount nodes { targetUrl } }
    imports { totalCount nodes { source } }
}"""


async def people() -> dict[str, User | None]:
    await factories.guest(name="Guest")
    return {
        "nobody": None,
        **{
            role.lower(): await factories.user(username=role.lower(), name=role.lower(), role=role)
            for role in Role
        },
    }


async def test_only_those_whom_they_concern_see_the_lists(database: Database) -> None:
    """A moderator sees who there is, and no addresses; an administrator everything; others nothing."""
    viewers = await people()
    post = await factories.post(author=viewers["author"])
    await OutgoingLinkback.create(post=post, target_url="https://a.example/", target_digest="1" * 64)
    await ImportReport.create(source="isso x", started_at=now())
    client = Client(database)
    for name, viewer in viewers.items():
        data = (await client.send(Context(viewing(viewer)), LISTS, {}))["data"]
        found = data["users"]["nodes"]
        seen = ["admin", "author", "moderator", "reader"] if name in ("moderator", "admin") else []
        assert [each["username"] for each in found] == seen, name
        assert data["users"]["totalCount"] == len(seen)
        known = {each["username"] for each in found if each["email"]}
        assert known == {"moderator": {"moderator"}, "admin": set(seen)}.get(name, set())
        assert data["outgoingLinkbacks"]["totalCount"] == len(data["outgoingLinkbacks"]["nodes"])
        assert data["imports"]["totalCount"] == (name == "admin")
        assert data["outgoingLinkbacks"]["totalCount"] == (name == "admin")


async def found(client: Client, viewer: User, **given: Any) -> list[str]:
    query = "query ($filter: UserFilter) { users(filter: $filter, orderBy: NAME) { nodes { username } } }"
    answer = await client.send(Context(viewing(viewer)), query, {"filter": given})
    return [each["username"] for each in answer["data"]["users"]["nodes"]]


async def test_people_are_found_by_parts_of_their_names_and_by_role(database: Database) -> None:
    admin = await factories.admin(username="root", name="Root")
    moderator = await factories.moderator(username="judge", name="J")
    await factories.user(username="ann", name="Ann O'Neill", email="ann@one.example")
    await factories.user(username="bob", name="100%", email="bob@two_.example")
    client = Client(database)
    assert await found(client, moderator, query=" o'NEILL ") == ["ann"]
    assert await found(client, moderator, query="udg") == ["judge"]
    for query, name in {"%": "bob", "0%": "bob"}.items():
        assert await found(client, moderator, query=query) == [name]
    assert await found(client, moderator, query="two_") == []
    assert await found(client, admin, query="two_") == ["bob"]
    assert await found(client, moderator, role="MODERATOR") == ["judge"]
    assert await found(client, moderator, role="ADMIN", query="ann") == []
    assert await found(client, moderator, query="\\", role=None) == []


async def test_what_was_sent_is_found_by_what_became_of_it(database: Database) -> None:
    post, admin = await factories.post(title="Told"), await factories.admin()
    for number, status in enumerate(DeliveryStatus):
        await OutgoingLinkback.create(
            post=post,
            target_url=f"https://{number}.example/",
            target_digest=f"{number:064x}",
            status=status,
            error="No answer.",
        )
    query = """query ($status: DeliveryStatus) {
        outgoingLinkbacks(filter: {status: $status}) { nodes { status error post { title } } } }"""
    for status in DeliveryStatus:
        answer = await Client(database).send(Context(viewing(admin)), query, {"status": status.value})
        assert answer["data"]["outgoingLinkbacks"]["nodes"] == [
            {"status": status, "error": "No answer.", "post": {"title": "Told"}}
        ]
