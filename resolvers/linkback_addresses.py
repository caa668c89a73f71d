"""Where linkbacks are sent, and which addresses lead to a post: what a page elsewhere may have linked to.

The host is that of the site's own address; http and https are the same, and so is each way to write an address.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from linkbacks.web_address import DEFAULT_PORTS, normal_address
from models import PathAlias, Post, PostSlug
from resolvers.ids import global_id
from resolvers.paths import last_of, normal_path
from resolvers.policy import LinkbackReception, Policy, Site
from resolvers.validation import normal_slug

TRACKBACKS, WEBMENTION, PINGBACK = "/trackbacks/", "/webmention", "/pingback"


@dataclass(frozen=True, slots=True)
class LinkbackEndpoints:
    """Absolute addresses for a post's page to name, so that others find them; None where nothing is taken."""

    webmention: str | None
    pingback: str | None
    trackback: str | None


def webmention_url(policy: Policy) -> str | None:
    """Where webmentions are sent; nowhere if the site takes none."""
    return None if policy.linkbacks.reception is LinkbackReception.OFF else policy.site.url + WEBMENTION


def linkback_endpoints(policy: Policy, post_id: int, *, linkbacks_open: bool) -> LinkbackEndpoints:
    """Where others say that they link to this public post; nowhere while it takes no linkbacks."""
    url, webmention = policy.site.url, webmention_url(policy)
    if webmention is None or not linkbacks_open:
        return LinkbackEndpoints(None, None, None)
    pingback = f"{url}{PINGBACK}" if policy.linkbacks.pingbacks else None
    return LinkbackEndpoints(webmention, pingback, f"{url}{TRACKBACKS}{global_id('post', post_id)}")


async def linked_post_id(address: str, site: Site) -> int | None:
    """The post at an address of this site, today or formerly, whoever may see it; None where there is none."""
    for path in _paths(address, site):
        slug = last_of("posts", path)
        own = await PostSlug.get_or_none(slug=normal_slug(slug)) if slug else None
        found = own or await PathAlias.get_or_none(path=path)
        if found is not None and found.post_id is not None:
            return int(found.post_id)
    return None


async def leads_to(post: Post, site: Site) -> Callable[[str], bool]:
    """What tells whether an absolute address leads to this post, by any of its addresses."""
    slugs = await PostSlug.filter(post_id=post.id).values_list("slug", flat=True)
    aliases = await PathAlias.filter(post_id=post.id).values_list("path", flat=True)
    own, former = frozenset(str(slug) for slug in slugs), frozenset(str(path) for path in aliases)
    elsewhere = normal_address(post.address or "")

    def leads(address: str) -> bool:
        paths = _paths(address, site)
        here = any(path in former or normal_slug(last_of("posts", path)) in own for path in paths)
        return here or bool(elsewhere and normal_address(address) == elsewhere)

    return leads


def _paths(address: str, site: Site) -> tuple[str, ...]:
    """Its path as it is, and below where the site's pages begin; none where it is of another site."""
    known = normal_address(address)
    if not known or _place(known) != _place(normal_address(site.url)):
        return ()
    below, path = urlsplit(site.url).path.rstrip("/"), normal_path(known)
    if not below or not path.startswith(f"{below}/"):
        return (path,) if path else ()
    return (path.removeprefix(below), path)


@lru_cache(maxsize=64)
def _place(address: str) -> tuple[str, int | None]:
    """Host and port; None for the web's."""
    parts = urlsplit(address)
    host = (parts.hostname or "").removesuffix(".")
    port = None if parts.port in (None, *DEFAULT_PORTS.values()) else parts.port
    return host, port
