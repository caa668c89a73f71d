"""Who may send pictures, and show them: the part of `auth.permissions` that is about these, and asked as it is."""

from tortoise.expressions import Q

from auth.requirements import require_signed_in
from auth.rules import matches
from auth.viewer import Viewer
from models import Image
from models.errors import NotAllowed, NotFound


def usable_images(viewer: Viewer) -> Q:
    """People show the pictures that they have uploaded themselves; administrators all."""
    if viewer.is_admin:
        return Q()
    return Q(id=0) if viewer.role is None else Q(uploader_id=viewer.id)


def require_may_upload(viewer: Viewer, *, avatar: bool) -> int:
    """Authors upload pictures, and everybody with an account one of themselves; answers with the viewer's id."""
    viewer_id = require_signed_in(viewer)
    if not avatar and not viewer.is_author:
        raise NotAllowed("Only authors upload pictures, but for one of oneself (?for=avatar).")
    return viewer_id


def require_may_use_image(viewer: Viewer, image: Image | None) -> Image:
    """The picture, if the viewer may show it: others' are as good as none."""
    require_signed_in(viewer)
    if image is None or not matches(usable_images(viewer), image):
        raise NotFound("There is no such picture among those that you have uploaded.")
    return image
