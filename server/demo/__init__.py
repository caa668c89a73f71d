"""The sample blog of `serve --demo`: a small bilingual community, always fresh.

The content stands beside this module as files to edit; dates in it are ages, counted back from the
installation.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from auth.passwords import hash_password
from auth.policy import HashCost
from models import Role
from server.demo.content import people
from server.demo.planting import plant
from storage import Database

PASSWORD = "a quiet conversation"  # noqa: S105 - the sample accounts' password, documented in the README
FIRST_USER = "SELECT email FROM users ORDER BY id LIMIT 1"
SHOWN = ("nadia", "thomas", "claire", "julien")


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the sample blog; the password is PASSWORD for all of them."""

    username: str
    email: str
    role: Role


async def install_demo(database: Database, cost: HashCost, *, now: datetime | None = None) -> list[SignIn]:
    """Fill an empty, migrated database with the sample blog; its sign-ins, one of each role.

    A database that has users already is left as it is. The list is also returned when the
    sample blog is found there already; it is empty when something else is.
    """
    sign_ins = [
        SignIn(person.username, person.email, person.role) for person in people() if person.username in SHOWN
    ]
    first = await database.fetch_text(FIRST_USER, [])
    if first is None:
        moment = now or datetime.now(UTC)
        await plant(moment.replace(second=0, microsecond=0), await hash_password(cost, PASSWORD))
        return sign_ins
    return sign_ins if first == sign_ins[0].email else []
