"""Sessions to show: to nobody but whose they are."""

from tortoise.queryset import QuerySet

from auth import permissions
from auth.viewer import Viewer
from models import Session


def own(viewer: Viewer) -> QuerySet[Session]:
    """The viewer's own sessions that have not ended, the newest first."""
    return Session.filter(permissions.own_sessions(viewer)).order_by("-created_at", "-id")
