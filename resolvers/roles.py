"""Deciding what an account may do, which is the administrators' business."""

from dataclasses import replace

from auth import requirements, sessions
from auth.viewer import Viewer
from models import Role, User
from models.errors import InvalidInput, NotFound
from resolvers.ids import primary_key
from storage import unit_of_work


@unit_of_work
async def set_role(viewer: Viewer, user_id: str, role: Role) -> int:
    """Give another account a role; its id. Its sessions go on with it, and their open connections are closed.

    Nobody changes their own role, and both accounts are locked: so of administrators one is always left. Raises
    NotSignedIn, NotAllowed, NotFound, InvalidInput (user).
    """
    admin_id = requirements.require_may_set_roles(viewer)
    id_: int = primary_key("user", user_id)
    both = await User.filter(id__in=[admin_id, id_]).order_by("id").select_for_update()
    users = {user.id: user for user in both}
    admin = users.get(admin_id)
    requirements.require_may_set_roles(replace(viewer, role=admin.role if admin else None))
    user = _account(users.get(id_), admin_id)
    if user.role is not role:
        user.role = role
        await user.save(update_fields=["role"])
        await sessions.renew(user.id)
    return int(user.id)


def _account(user: User | None, admin_id: int) -> User:
    """Somebody else with an account."""
    if user is None:
        raise NotFound("There is no such user.")
    if user.id == admin_id:
        raise InvalidInput([("user", "Nobody changes their own role: ask another administrator.")])
    if user.username is None:
        raise InvalidInput([("user", "A guest has no account, and so no role.")])
    return user
