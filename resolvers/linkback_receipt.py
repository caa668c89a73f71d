"""Linkbacks as they come: what is certain to be wrong is refused, and the rest is noted and looked into later.

That costs one small write, and nothing but reads once there have been too many. Nobody is told what has become of a
page that was noted before.
"""

from dataclasses import asdict
from datetime import datetime
from enum import Enum
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from tortoise.exceptions import IntegrityError

from auth import permissions, throttle
from auth.policy import Limit
from auth.rules import matches
from auth.viewer import Viewer
from jobs import enqueue
from jobs.addresses import special_use
from linkbacks.source_words import Words
from linkbacks.web_address import DEFAULT_PORTS, digest, normal_address
from models import Linkback, LinkbackKind, LinkbackStatus, Post
from resolvers.conflicts import retry_on_conflict
from resolvers.ids import primary_key
from resolvers.linkback_addresses import leads_to, linked_post_id
from resolvers.linkback_rows import linked_post
from resolvers.policy import LinkbackPolicy, LinkbackReception, Policy
from storage import unit_of_work

JOB = "linkback.verify"
REFUSED_FOR_GOOD = (LinkbackStatus.REJECTED, LinkbackStatus.SPAM)


class Problem(Enum):
    """Why a linkback is refused, in words for its sender."""

    OFF = "This site takes no linkbacks."
    SOURCE = "The source is no http or https address of a page that can be fetched."
    SAME = "The source is the target: a page does not link to itself here."
    TARGET = "The target is no post of this site."
    CLOSED = "This post takes no linkbacks."


class LinkbackRefused(Exception):
    """It is not taken; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


async def receive_mention(
    policy: Policy, kind: LinkbackKind, source: str, target: str, *, network: str | None, now: datetime
) -> bool:
    """Somebody says that the page at `source` links to `target`; whether that was new.

    Raises LinkbackRefused, TooManyRequests.
    """
    _require_on(policy)
    address = _source(policy.linkbacks, source)
    if normal_address(target) == address:
        raise LinkbackRefused(Problem.SAME)
    post_id = await linked_post_id(target, policy.site)
    post = await _open_post(post_id, now)
    return await _note(policy, post, kind, address, target, None, network, now)


async def receive_trackback(
    policy: Policy, post_id: str, source: str, words: Words, *, network: str | None, now: datetime
) -> bool:
    """Somebody says that the page at `source`, of which they say these words, links to the post with this global id.

    Raises LinkbackRefused, TooManyRequests.
    """
    _require_on(policy)
    address = _source(policy.linkbacks, source)
    post = await _open_post(primary_key("post", post_id), now)
    return await _note(policy, post, LinkbackKind.TRACKBACK, address, "", words, network, now)


def _require_on(policy: Policy) -> None:
    if policy.linkbacks.reception is LinkbackReception.OFF:
        raise LinkbackRefused(Problem.OFF)


def _source(linkbacks: LinkbackPolicy, source: str) -> str:
    """The address in its normal form, if it may be fetched as far as its text tells."""
    address = normal_address(source)
    parts = urlsplit(address)
    host = parts.hostname or ""
    port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    named = {(host, port), (host, None)} & linkbacks.private_hosts
    if not address or (not named and _is_private(host)):
        raise LinkbackRefused(Problem.SOURCE)
    return address


def _is_private(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost"
    return special_use(host) is not None


async def _open_post(post_id: int | None, now: datetime) -> Post:
    """The post, if everybody sees it and it takes linkbacks."""
    anybody = Viewer(id=None, role=None, now=now)
    post = await linked_post(post_id) if post_id else None
    if post is None or not matches(permissions.public_posts(anybody), post):
        raise LinkbackRefused(Problem.TARGET)
    if not matches(permissions.linkable_posts(anybody), post):
        raise LinkbackRefused(Problem.CLOSED)
    return post


async def _note(
    policy: Policy,
    post: Post,
    kind: LinkbackKind,
    source: str,
    target: str,
    words: Words | None,
    network: str | None,
    now: datetime,
) -> bool:
    limits = policy.linkbacks
    tries = [(limits.per_network, network or ""), (limits.per_post, str(post.id))]
    await throttle.require_open(now, *tries)
    if (await leads_to(post, policy.site))(source):
        raise LinkbackRefused(Problem.SAME)
    fields = {
        "post_id": post.id,
        "kind": kind,
        "source_url": source,
        "source_digest": digest(source),
        "target_url": target,
        "status": LinkbackStatus.VERIFYING,
        "received_at": now,
    }
    try:
        return await _write(fields, words, tries, now)
    except IntegrityError:
        raise LinkbackRefused(Problem.TARGET) from None  # the post has just been deleted


@retry_on_conflict
@unit_of_work
async def _write(
    fields: dict[str, Any], words: Words | None, tries: list[tuple[Limit, str]], now: datetime
) -> bool:
    """Note it once, and have it looked into; what a moderator has removed stays as it is."""
    await throttle.register_linkback(now, *tries)
    same = {name: fields[name] for name in ("post_id", "source_digest")}
    known = await Linkback.get_or_none(**same)
    if known is not None and known.status in REFUSED_FOR_GOOD:
        return False
    linkback = known or await Linkback.create(**fields)
    said = None if words is None else asdict(words)
    await enqueue(JOB, {"linkback": linkback.id, "words": said}, key=str(linkback.id))
    return known is None
