"""Where something is today that was found elsewhere before the blog moved."""

from datetime import datetime

from auth import permissions
from auth.viewer import Viewer
from models import PathAlias, Post, User
from resolvers.paths import normal_path
from resolvers.policy import Site


async def present_address(address: str, site: Site, now: datetime) -> str | None:
    """The absolute address of what everybody may see and what once was at this one; None where nothing was."""
    path = normal_path(address)
    alias = await PathAlias.get_or_none(path=path).select_related("category", "tag", "user") if path else None
    if alias is None:
        return None
    if alias.post_id is not None:
        return await _post_address(alias.post_id, site, now)
    if alias.user is not None:
        return _user_address(alias.user, site)
    folder, row = ("categories", alias.category) if alias.category is not None else ("tags", alias.tag)
    return None if row is None else f"{site.url}/{folder}/{row.slug}"


async def _post_address(post_id: int, site: Site, now: datetime) -> str | None:
    anybody = Viewer(id=None, role=None, now=now)
    visible = Post.filter(permissions.visible_posts(anybody), id=post_id)
    post = await visible.only("slug", "address").first()
    return None if post is None else post.address or f"{site.url}/posts/{post.slug}"


def _user_address(user: User, site: Site) -> str | None:
    return None if user.username is None else f"{site.url}/people/{user.username}"
