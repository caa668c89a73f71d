"""Who is looking, and when."""

from dataclasses import dataclass
from datetime import UTC, datetime

from models import Role


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Everything that visibility depends on: the account, its role, and the moment of the request.

    An anonymous viewer has neither id nor role. When a read is compiled, `id` and `now` are placeholders that
    stand for every viewer of the role, so code that decides visibility puts them into querysets and never
    looks at them.
    """

    id: int | None
    role: Role | None
    now: datetime

    @property
    def is_moderator(self) -> bool:
        """Sees and decides every comment."""
        return self.role in (Role.MODERATOR, Role.ADMIN)

    @property
    def is_author(self) -> bool:
        """Writes posts."""
        return self.role in (Role.AUTHOR, Role.MODERATOR, Role.ADMIN)

    @property
    def is_admin(self) -> bool:
        """Does everything."""
        return self.role is Role.ADMIN


def anonymous() -> Viewer:
    """A viewer that is not signed in, looking now."""
    return Viewer(id=None, role=None, now=now())
