"""People to show."""

from enum import StrEnum
from typing import Any, Protocol, cast

from pypika_tortoise import functions as sql
from pypika_tortoise.terms import Case, Term
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from auth import permissions
from auth.viewer import Viewer
from compiler.terms import KeyWhere
from models import Role, User
from resolvers import lookups
from resolvers.ids import primary_key


class UserOrder(StrEnum):
    """In which order accounts are listed."""

    NAME = "NAME"
    NEWEST = "NEWEST"


class Filter(Protocol):
    """What accounts can be narrowed to; None means no matter, the query may be a placeholder."""

    role: Role | None
    query: Any


COLUMNS = {UserOrder.NAME: ("name", "id"), UserOrder.NEWEST: ("-created_at", "-id")}
_CALLED = "lower({column}) LIKE lower({{0}}) ESCAPE '!'"


def visible(viewer: Viewer) -> QuerySet[User]:
    """All accounts, whose public side everybody sees, and the guests that the viewer sees."""
    return User.filter(permissions.visible_users(viewer))


def listed(viewer: Viewer, order_by: UserOrder, filter: Filter | None = None) -> QuerySet[User]:
    """Accounts, for those who look through them, in this order."""
    users = User.filter(permissions.listed_users(viewer))
    if filter is not None and filter.role is not None:
        users = users.filter(role=filter.role)
    if filter is not None and filter.query is not None:
        users = users.filter(id__in=_called(viewer, filter.query))
    return users.order_by(*COLUMNS[order_by])


def _called(viewer: Viewer, text: Any) -> KeyWhere:
    """Those with the text in a name, or in the address for those who see all addresses."""
    columns = ("username", "name", "email") if viewer.is_admin else ("username", "name")
    condition = " OR ".join(_CALLED.format(column=column) for column in columns)
    return KeyWhere(condition, lookups.part(text))


def themselves(viewer: Viewer) -> QuerySet[User]:
    """The viewer's own account."""
    return User.filter(id=0 if viewer.id is None else viewer.id)


def by_id(viewer: Viewer, id_: Any) -> QuerySet[User]:
    """The account, or the guest, with this global id."""
    return visible(viewer).filter(id=primary_key("user", id_))


def by_username(_: Viewer, username: Any) -> QuerySet[User]:
    """The account with this user name."""
    return User.filter(username=lookups.username(username))


def by_path(_: Viewer, path: Any) -> QuerySet[User]:
    """The account whose page once was at this path."""
    return User.filter(aliases__path=lookups.path(path))


def by_own_path(viewer: Viewer, path: Any) -> QuerySet[User]:
    """The account whose page is at this path of the site as it is."""
    return by_username(viewer, lookups.last_of("people", path))


def email(row: Any, viewer: Viewer) -> Term:
    """The address for those who may see it, of guests the one that they gave; null for anyone else."""
    address = sql.Coalesce(row.email, row.guest_email)
    return Case().when(row.holds(permissions.users_with_visible_email(viewer)), address).else_(None)


def is_guest(row: Any, _: Viewer) -> Term:
    """Whether they have no account."""
    return cast("Term", row.holds(Q(username__isnull=True)))
