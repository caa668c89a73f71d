"""Linkbacks to show."""

from typing import Any

from tortoise.queryset import QuerySet

from auth import permissions
from auth.viewer import Viewer
from models import Linkback, LinkbackKind

NEWEST = ("-received_at", "-id")


def visible(viewer: Viewer) -> QuerySet[Linkback]:
    """Every linkback that the viewer may see."""
    return Linkback.filter(permissions.visible_linkbacks(viewer))


def of_post(viewer: Viewer, kind: LinkbackKind | None = None) -> QuerySet[Linkback]:
    """Linkbacks of a visible post, of one kind or any, the newest first."""
    linkbacks = Linkback.filter(permissions.listed_linkbacks(viewer))
    conditions: dict[str, Any] = {} if kind is None else {"kind": kind}
    return linkbacks.filter(**conditions).order_by(*NEWEST)
