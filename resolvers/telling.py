"""What one page is to be told: that a post links to it, or does so no more."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from linkbacks.outgoing import Linking
from models import DeliveryStatus, LinkbackKind, OutgoingLinkback, Post
from resolvers.policy import Site

EXCERPT_CHARACTERS = 250
"""Of what is told of a post; receivers cut it as they like."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a page is to be told.

    Args:
        post_id, row_id, slug: of which post, and where it is noted; `row_id` is 0 where the post was deleted.
        linking: what is told.
        withdraws: whether the link is there no more.
        known: the webmention endpoint that was told before.
        status: what was noted of it last.
    """

    post_id: int
    row_id: int
    slug: str
    linking: Linking
    withdraws: bool
    known: str | None
    status: DeliveryStatus

    @property
    def target(self) -> str:
        """The page that is told."""
        return self.linking.target


def source_url(site: Site, slug: str) -> str:
    """Where a post of ours is, as it is told to others."""
    return f"{site.url}/posts/{quote(slug)}"


async def telling(site: Site, payload: dict[str, Any]) -> Telling | None:
    """What a job is to tell; None where there is nothing to be told any more."""
    rows = OutgoingLinkback.filter(post_id=payload["post"], target_url=payload["target"])
    row = await rows.select_related("post").first()
    if row is None:
        return _of_deleted(site, payload) if payload.get("endpoint") else None
    if row.status is DeliveryStatus.SENT:
        return None
    known = row.endpoint if row.kind is LinkbackKind.WEBMENTION else None
    withdraws = not row.linked
    if withdraws and known is None:
        return None
    linking = _linking(site, row.post, row.target_url)
    return Telling(row.post_id, row.id, row.post.slug, linking, withdraws, known, row.status)


def _linking(site: Site, post: Post, target: str) -> Linking:
    return Linking(
        source=source_url(site, post.slug),
        target=target,
        title=post.title,
        excerpt=post.excerpt[:EXCERPT_CHARACTERS],
        site_name=site.title,
    )


def _of_deleted(site: Site, payload: dict[str, Any]) -> Telling:
    slug, target = payload["slug"], payload["target"]
    linking = Linking(source_url(site, slug), target, "", "", site.title)
    return Telling(payload["post"], 0, slug, linking, True, payload["endpoint"], DeliveryStatus.WAITING)
