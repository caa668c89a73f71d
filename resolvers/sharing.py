"""A post's links to where it can be shared, filled in; no request is made to anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resolvers.policy import Site
from resolvers.share_services import ShareService

NEEDS = ("title", "slug", "address")
"""The columns of a post that its links are made of."""


@dataclass(frozen=True, slots=True)
class ShareLink:
    """Where a post is shared with a service."""

    service: ShareService
    url: str


def links_of(posts: Sequence[dict[str, Any]], site: Site) -> list[list[ShareLink]]:
    """The links of each post, which has its title, its slug, and the address of a page of another site."""
    return [
        _links(post["title"], post["address"] or f"{site.url}/posts/{post['slug']}", site) for post in posts
    ]


def _links(title: str, url: str, site: Site) -> list[ShareLink]:
    return [ShareLink(service, service.address(title, url)) for service in site.share_services]
