"""Making an account: what is asked of it, and that two never share an e-mail address or username."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from tortoise.exceptions import IntegrityError

from auth.names import email_problem, normal_email, normal_name, normal_username, username_problem
from auth.passwords import hash_password, password_problem
from auth.policy import HashCost
from models import Role, User
from models.errors import InvalidInput
from models.text import TextError
from runtime.fair_queue import Client
from storage import unit_of_work

EMAIL_TAKEN = ("email", "There is an account with this e-mail address already.")
USERNAME_TAKEN = ("username", "This username is taken.")


@dataclass(frozen=True, slots=True)
class Applicant:
    """An account to be, its values as they will be stored."""

    email: str
    username: str
    name: str
    role: Role

    @classmethod
    def accepted(
        cls, *, email: str, username: str, name: str | None, password: str, role: Role | None = None
    ) -> Self:
        """From what somebody typed; without a name, the username is the name. Only the site's owner names a role.

        Raises InvalidInput with everything that is wrong at first sight.
        """
        email, username = normal_email(email), normal_username(username)
        name, name_problem = _named(name or "", username)
        problems = (
            ("email", email_problem(email)),
            ("username", username_problem(username, by_owner=role is not None)),
            ("name", name_problem),
            ("password", password_problem(password, username=username, email=email)),
        )
        found = [(field, problem) for field, problem in problems if problem]
        if found:
            raise InvalidInput(found)
        return cls(email, username, name, role or Role.READER)


def _named(name: str, username: str) -> tuple[str, str | None]:
    """The name to store, and why it cannot be."""
    if not name.strip():
        return username, None
    try:
        return normal_name(name), None
    except TextError as problem:
        return name, f"The name {problem}"


async def register(cost: HashCost, applicant: Applicant, password: str, now: datetime, client: Client) -> int:
    """Store the account; its id. Raises InvalidInput where the e-mail address or the username is taken."""
    await _require_free(applicant)
    password_hash = await hash_password(cost, password, client)
    try:
        return await _insert(applicant, password_hash, now)
    except IntegrityError:
        await _require_free(applicant)
        raise


async def _require_free(applicant: Applicant) -> None:
    taken = []
    if await User.exists(email=applicant.email):
        taken.append(EMAIL_TAKEN)
    if await User.exists(username=applicant.username):
        taken.append(USERNAME_TAKEN)
    if taken:
        raise InvalidInput(taken)


@unit_of_work
async def _insert(applicant: Applicant, password_hash: str, now: datetime) -> int:
    user = await User.create(
        email=applicant.email,
        username=applicant.username,
        name=applicant.name,
        role=applicant.role,
        password_hash=password_hash,
        created_at=now,
    )
    user_id: int = user.id
    return user_id
