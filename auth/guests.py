"""Guests: people who comment without an account, and the row that stands for one of them.

Nobody has confirmed that an address is theirs, or a name. So what somebody types never changes what another row shows:
a guest is one name, one address and one website together, and whoever types another name for an address that is not
theirs is another guest. `resolvers.claiming` gives all of an address to the account that has confirmed it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from models import User

NO_PASSWORD = "!"  # noqa: S105 - no hash is this text, so no password opens it


@dataclass(frozen=True, slots=True)
class Guest:
    """What somebody says of themselves, as it is stored: each in its normal form, None where nothing is told."""

    name: str
    email: str | None = None
    website: str | None = None

    @property
    def key(self) -> str:
        """`User.guest_key`: the same for the same guest, and telling nobody the address."""
        said = json.dumps([self.name, self.email, self.website])
        return hashlib.sha256(said.encode()).hexdigest()


async def guest_row(guest: Guest, now: datetime) -> int:
    """The id of the guest's row, which is made when they come for the first time. Joins a unit of work.

    Raises IntegrityError where somebody else has just made it: ask again in another unit of work.
    """
    known = await User.filter(guest_key=guest.key).only("id").first()
    user = known or await User.create(
        guest_key=guest.key,
        guest_email=guest.email,
        name=guest.name,
        website=guest.website,
        password_hash=NO_PASSWORD,
        created_at=now,
    )
    user_id: int = user.id
    return user_id
