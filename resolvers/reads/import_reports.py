"""What imports reported, to show."""

from tortoise.queryset import QuerySet

from auth import permissions
from auth.viewer import Viewer
from models import ImportReport


def visible(viewer: Viewer) -> QuerySet[ImportReport]:
    """The reports of all imports, for those who see them, the newest first."""
    return ImportReport.filter(permissions.visible_import_reports(viewer)).order_by("-id")
