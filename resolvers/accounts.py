"""Writing accounts: the profile; signing up, in and out and the password are verbs of `auth.accounts`."""

from typing import Any, TypedDict

from auth import requirements
from auth.accounts import (
    change_password,
    end_session,
    sign_in,
    sign_out,
    sign_out_everywhere,
    sign_up,
    start_session,
)
from auth.viewer import Viewer
from models import User
from models.errors import NotSignedIn
from resolvers import images
from resolvers.ids import primary_key
from resolvers.validation import BIO_LENGTH, Checkers, Validator
from storage import unit_of_work

__all__ = [
    "ProfileFields",
    "change_password",
    "end_session",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "sign_up",
    "start_session",
    "update_profile",
]


class ProfileFields(TypedDict, total=False):
    """As clients give them: what is absent stays as it is, null and empty texts mean nothing is told."""

    name: str | None
    bio: str | None
    website: str | None
    avatar: str | None


async def update_profile(viewer: Viewer, fields: ProfileFields) -> int:
    """Change the viewer's own profile; their id. Raises NotSignedIn, InvalidInput, NotFound (avatar)."""
    requirements.require_signed_in(viewer)
    return await _update(viewer, _checked(fields))


def _checked(fields: ProfileFields) -> dict[str, Any]:
    checks = Validator()
    checkers: Checkers = {
        "name": lambda value: checks.name("name", value),
        "bio": lambda value: checks.paragraphs("bio", value, longest=BIO_LENGTH, optional=True),
        "website": lambda value: checks.website("website", value),
        "avatar": lambda value: value if value is None else primary_key("image", value),
    }
    return checks.apply(checkers, fields)


@unit_of_work
async def _update(viewer: Viewer, values: dict[str, Any]) -> int:
    user = await User.filter(id=requirements.require_signed_in(viewer)).select_for_update(no_key=True).first()
    if user is None:
        raise NotSignedIn
    if "avatar" in values:
        values["avatar_id"] = values.pop("avatar")
        if values["avatar_id"] != user.avatar_id:
            await images.require_usable(viewer, values["avatar_id"])
    if values:
        await user.update_from_dict(values).save(update_fields=list(values))
    return int(user.id)
