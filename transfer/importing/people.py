"""Authors become accounts, and guests rows that nobody can sign in to."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from auth.guests import NO_PASSWORD
from auth.guests import Guest as GuestRow
from auth.names import NAME_LENGTH, USERNAME_LENGTH, email_problem, normal_email, normal_username
from models import Role, User
from models.text import purged_paragraphs
from resolvers.validation import BIO_LENGTH
from transfer.formats.records import Author, Guest
from transfer.importing import rows
from transfer.importing.cleaning import fit_line, fit_website, username_of
from transfer.importing.incoming import CHANGED_HERE, Incoming, Item
from transfer.importing.ledger import NOT_OURS, Kind, Ledger, stamp
from transfer.importing.plan import Plan
from transfer.importing.report import Outcome, Report

GUESTS_REMEMBERED = 20_000
EMAIL_TAKEN = (
    "An account that has not confirmed it has the e-mail address: the author's is another one, without it."
)
GUEST_COLUMNS = (
    "id",
    "name",
    "bio",
    "website",
    "role",
    "password_hash",
    "created_at",
    "guest_email",
    "guest_key",
)


class People:
    """Writes the accounts of authors; to be called in a unit of work."""

    def __init__(self, plan: Plan, ledger: Ledger, report: Report) -> None:
        self._plan = plan
        self._ledger = ledger
        self._report = report

    async def write(self, incoming: Incoming[Author]) -> None:
        """Give each author their account: the one they have here already, or a new one."""
        for item in incoming.new:
            await self._add(item)
        for item in incoming.changed:
            await self._update(item)

    async def _add(self, item: Item[Author]) -> None:
        email = self._email(item)
        user = await self._known(item.record, email)
        if user is not None:
            await self._ledger.write(Kind.AUTHOR, [(item.key, user.id, item.read, NOT_OURS)])
            self._report.done(Kind.AUTHOR, Outcome.UNCHANGED)
            return
        user = await User.create(
            username=await self._username(item),
            email=await self._free(item, email),
            role=Role.READER,
            password_hash=NO_PASSWORD,
            created_at=self._plan.now,
            **self._profile(item),
        )
        await self._ledger.write(Kind.AUTHOR, [(item.key, user.id, item.read, _stamp(user))])
        self._report.done(Kind.AUTHOR, Outcome.WRITTEN)

    async def _update(self, item: Item[Author]) -> None:
        assert item.entry is not None  # noqa: S101 - it has changed, so it was there
        user = await User.filter(id=item.entry.row_id).select_for_update().get()
        if _stamp(user) != item.entry.stamp:
            self._report.left_out(Kind.AUTHOR, item.key, CHANGED_HERE)
            return
        user.update_from_dict(self._profile(item))
        await user.save(update_fields=["name", "bio", "website"])
        await self._ledger.rewrite(Kind.AUTHOR, [(item.key, item.read, _stamp(user))])
        self._report.done(Kind.AUTHOR, Outcome.UPDATED)

    async def _known(self, author: Author, email: str | None) -> User | None:
        """The account that was here before: of that address, or of that name where one of them has no address.

        Whoever has an account reads its drafts, and anybody may register with a name or an address. So it has to be
        one whose address is confirmed, or that somebody made an author's, or that nobody can sign in to.
        """
        if email and (user := await User.filter(email=email).first()) is not None:
            return user if is_trusted(user) or user.email_confirmed_at is not None else None
        username = normal_username(author.username)
        if not 0 < len(username) <= USERNAME_LENGTH:
            return None
        user = await User.filter(username=username).first()
        if user is None or not is_trusted(user) or (email and user.email):
            return None
        return None if await self._ledger.has_row(Kind.AUTHOR, user.id) else user

    async def _free(self, item: Item[Author], email: str | None) -> str | None:
        """The address, unless an account has it that is not taken for theirs."""
        if email is None or not await User.exists(email=email):
            return email
        self._report.changed(Kind.AUTHOR, item.key, EMAIL_TAKEN)
        return None

    async def _username(self, item: Item[Author]) -> str:
        base = username_of(item.record.username, item.record.name, item.record.key)
        made, number = base, 1
        while await User.exists(username=made):
            number += 1
            made = f"{base}-{number}"
        if item.record.username and made != normal_username(item.record.username):
            self._report.changed(Kind.AUTHOR, item.key, "The username could not be kept.")
        return made

    def _email(self, item: Item[Author]) -> str | None:
        if not item.record.email:
            return None
        email = normal_email(item.record.email)
        if email_problem(email):
            self._report.changed(Kind.AUTHOR, item.key, "The e-mail address is none.")
            return None
        return email

    def _profile(self, item: Item[Author]) -> dict[str, Any]:
        author = item.record
        name, cut = fit_line(author.name or author.username or author.key, NAME_LENGTH)
        bio = purged_paragraphs(author.bio)
        if cut or len(bio) > BIO_LENGTH:
            self._report.changed(Kind.AUTHOR, item.key, "The name or the text about the author was cut.")
        return {"name": name or "Author", "bio": bio[:BIO_LENGTH], "website": fit_website(author.website)}


def is_trusted(user: User) -> bool:
    """Whether it is no account that anybody may have registered."""
    return user.role is not Role.READER or user.password_hash == NO_PASSWORD


def _stamp(user: User) -> str:
    return stamp(user.name, user.bio, user.website)


async def guest_ids(guests: dict[Guest, Any], nameless: str) -> dict[Guest, int]:
    """The rows of these guests, of whom each has the moment at which they were first there; new ones are made."""
    keys = {guest: guest_row(guest, nameless)[0] for guest in guests}
    found = await _found(keys.values())
    missing = {keys[guest]: guest for guest in reversed(guests) if keys[guest] not in found}
    new = (
        dict(zip(reversed(missing), await rows.next_ids("users", len(missing)), strict=True))
        if missing
        else {}
    )
    values = [
        [id_, row.name, "", row.website, Role.READER.value, NO_PASSWORD, guests[missing[key]], row.email, key]
        for key, id_ in new.items()
        for _, row in (guest_row(missing[key], nameless),)
    ]
    await rows.insert("users", GUEST_COLUMNS, values)
    found |= new
    return {guest: found[key] for guest, key in keys.items()}


@lru_cache(maxsize=GUESTS_REMEMBERED)
def guest_row(guest: Guest, nameless: str) -> tuple[str, GuestRow]:
    """What tells a guest from others, and what is stored of them."""
    name, _ = fit_line(guest.name, NAME_LENGTH)
    email = normal_email(guest.email) if guest.email else ""
    fit_email = email if email and email_problem(email) is None else None
    row = GuestRow(name or nameless, fit_email, fit_website(guest.website))
    return row.key, row


async def _found(keys: Collection[str]) -> dict[str, int]:
    if not keys:
        return {}
    sql = f"SELECT guest_key, id FROM users WHERE guest_key {rows.among(1, 'text')}"  # noqa: S608 - a condition of ours
    return {row[0]: row[1] for row in await rows.select(sql, rows.as_list({*keys}))}
