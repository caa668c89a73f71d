"""Linkbacks to show."""

from typing import Any, Protocol, cast

from pypika_tortoise.terms import NullValue, Term
from tortoise.queryset import QuerySet

from auth import permissions
from auth.viewer import Viewer
from compiler.terms import Joined
from models import DeliveryStatus, Linkback, LinkbackKind, LinkbackStatus, OutgoingLinkback
from resolvers.ids import primary_key
from resolvers.linkback_addresses import TRACKBACKS
from resolvers.policy import LinkbackReception, Policy


class Filter(Protocol):
    """What linkbacks can be narrowed to; None means no matter, ids may be placeholders."""

    post: Any
    kind: LinkbackKind | None
    status: LinkbackStatus | None


NEWEST = ("-received_at", "-id")


def visible(viewer: Viewer) -> QuerySet[Linkback]:
    """Every linkback that the viewer may see."""
    return Linkback.filter(permissions.visible_linkbacks(viewer))


def of_post(viewer: Viewer, kind: LinkbackKind | None = None) -> QuerySet[Linkback]:
    """Linkbacks of a visible post, of one kind or any, the newest first."""
    linkbacks = Linkback.filter(permissions.listed_linkbacks(viewer))
    conditions: dict[str, Any] = {} if kind is None else {"kind": kind}
    return linkbacks.filter(**conditions).order_by(*NEWEST)


def of_site(viewer: Viewer, filter: Filter | None = None) -> QuerySet[Linkback]:
    """Linkbacks of all visible posts, the newest first."""
    linkbacks = Linkback.filter(
        permissions.listed_linkbacks(viewer, filter.status if filter else None),
        permissions.visible_posts(viewer, "post__"),
    )
    if filter is not None:
        given = {
            "post_id": None if filter.post is None else primary_key("post", filter.post),
            "kind": filter.kind,
        }
        linkbacks = linkbacks.filter(**{name: value for name, value in given.items() if value is not None})
    return linkbacks.order_by(*NEWEST)


def trackback_url(row: Any, policy: Policy) -> Term:
    """Where trackbacks for a post are sent; nowhere if the site takes none."""
    if policy.linkbacks.reception is LinkbackReception.OFF:
        return NullValue()
    return Joined(f"{policy.site.url}{TRACKBACKS}post_", row.id)


def viewer_can_moderate(row: Any, viewer: Viewer) -> Term:
    """What `setLinkbackStatus` asks."""
    return cast("Term", row.holds(permissions.decidable_linkbacks(viewer)))


def outgoing_of_site(viewer: Viewer, status: DeliveryStatus | None) -> QuerySet[OutgoingLinkback]:
    """What other pages were told of the links of all posts, the newest first."""
    sent = OutgoingLinkback.filter(permissions.listed_outgoing_linkbacks(viewer))
    return (sent if status is None else sent.filter(status=status)).order_by("-id")


def outgoing(viewer: Viewer) -> QuerySet[OutgoingLinkback]:
    """What other pages were told of the links of posts whose author the viewer is, in the order of the links."""
    return OutgoingLinkback.filter(permissions.visible_outgoing_linkbacks(viewer)).order_by("id")
