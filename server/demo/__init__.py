"""The sample blog of `serve --demo`: a small bilingual community, always fresh.

The content stands beside this module as files to edit; dates in it are ages, counted back from the installation.
"""

from dataclasses import dataclass
from datetime import datetime

from models import Role
from storage import Database

PASSWORD = "a quiet conversation"  # noqa: S105 - the sample accounts' password, documented in the README


@dataclass(frozen=True, slots=True)
class SignIn:
    """An account of the sample blog; the password is PASSWORD for all of them."""

    username: str
    email: str
    role: Role


async def install_demo(database: Database, *, now: datetime | None = None) -> list[SignIn]:
    """Fill an empty, migrated database with the sample blog; its sign-ins, one of each role.

    A database that has users or categories already is left as it is. The list is also returned when the sample blog
    is found there already; it is empty when something else is.
    """
    raise NotImplementedError
