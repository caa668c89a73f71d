"""Who comments: an account, or a guest, who is known by what they say of themselves and by where they come from."""

from dataclasses import dataclass
from typing import TypedDict

from auth import requirements
from auth.guests import Guest, guest_row
from auth.policy import AuthPolicy, GuestPolicy, Limit
from auth.throttle import address_key
from auth.viewer import Viewer
from resolvers.policy import Moderation, Policy
from resolvers.validation import Validator
from runtime.fair_queue import Client


class GuestFields(TypedDict, total=False):
    """As clients give them: null and empty texts mean nothing is told."""

    name: str
    email: str | None
    website: str | None


@dataclass(frozen=True, slots=True)
class Commenter:
    """Somebody who writes comments; `network` is empty where it is not known."""

    viewer: Viewer
    guest: Guest | None = None
    network: str = ""

    @property
    def identity(self) -> int | list[str]:
        """For whom an idempotency key stands for what was sent with it."""
        if self.guest is not None:
            return [self.network, self.guest.key]
        return requirements.require_signed_in(self.viewer)

    @property
    def client(self) -> Client:
        """For whom a comment is rendered."""
        return Client(self.network if self.guest else self.viewer.id)

    def tries(self, policy: AuthPolicy) -> list[tuple[Limit, str]]:
        """What a comment is counted under: guests cost nothing to make, so their network is counted as well."""
        if self.guest is None:
            return [(policy.comments, str(self.viewer.id))]
        everywhere = [(policy.comments, self.guest.key)]
        return [*everywhere, (policy.guest_comments, self.network)] if self.network else everywhere

    def is_trusted(self, policy: Policy) -> bool:
        """Whether what they write is public without anybody's decision."""
        if self.guest is not None and policy.auth.guests is not GuestPolicy.OPEN:
            return False
        return self.viewer.is_moderator or policy.moderation is Moderation.AFTER

    async def author_id(self) -> int:
        """Their row, which is made for a guest who comes for the first time. Joins a unit of work."""
        if self.guest is not None:
            return await guest_row(self.guest, self.viewer.now)
        return requirements.require_signed_in(self.viewer)


def commenter(
    checks: Validator, viewer: Viewer, policy: AuthPolicy, given: GuestFields | None, address: str | None
) -> Commenter:
    """Who comments; what is wrong with a guest is noted. Raises NotSignedIn, InvalidInput for one who is signed in."""
    requirements.require_commenter(viewer, policy, guest=given is not None)
    if given is None:
        return Commenter(viewer)
    guest = Guest(
        name=checks.name("guest.name", given.get("name")),
        email=checks.email("guest.email", given.get("email")),
        website=checks.website("guest.website", given.get("website")),
    )
    return Commenter(viewer, guest, address_key(address) if address else "")
