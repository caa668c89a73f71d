"""Telling other pages that a post links to them, or does no more: what is to be told, and what came of it.

What changes a post's links leaves one job behind in its own transaction (`look_later`, `withdraw`). That job compares
them with what was told before, and leaves one behind for each page that is to be told (`look`), again in the same
transaction as the rows that show it. An outcome and the end of its job are one transaction, too: what a page has
acknowledged is not told to it again, whenever the server ends.
"""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from jobs import Attempt, complete, enqueue, enqueue_many, is_current
from linkbacks.discovery import Endpoint, Protocol
from linkbacks.links import links_of
from models import DeliveryStatus, LinkbackKind, OutgoingLinkback, Post, PostKind
from resolvers.policy import Site
from resolvers.telling import Telling, source_url
from storage import unit_of_work

LOOK, SEND = "linkback.look", "linkback.send"
SENT, WAITING, FAILED = DeliveryStatus.SENT, DeliveryStatus.WAITING, DeliveryStatus.FAILED
UPDATABLE = LinkbackKind.WEBMENTION
"""The one protocol that knows changes: the others are told once."""
COLUMNS = ("id", "kind", "slug", "body_html", "counted")


async def look_later(posts: Iterable[Post]) -> None:
    """In the unit of work that makes posts public, or changes what they link to: leave behind that somebody looks."""
    ids = [post.id for post in posts if post.kind is not PostKind.EXTERNAL]
    if ids:
        await enqueue_many(LOOK, [(str(id_), {"post": id_}) for id_ in ids])


async def withdraw(post: Post) -> None:
    """In the unit of work that deletes a post: leave behind that those who were told of it are told again."""
    told = OutgoingLinkback.filter(post_id=post.id, kind=UPDATABLE).order_by("id").select_for_update()
    jobs = [_job(post.id, row.target_url, _withdrawal(post.slug, row.endpoint)) for row in await told]
    if jobs:
        await enqueue_many(SEND, jobs)


async def look(site: Site, attempt: Attempt) -> None:
    """Compare what a post links to with what was told of it, and leave behind what is to be told."""
    post = await Post.filter(id=attempt.payload["post"]).only(*COLUMNS).first()
    if post is None:
        return
    page = source_url(site, post.slug)
    links = await asyncio.to_thread(links_of, post.body_html, page) if post.counted else []
    if links or await OutgoingLinkback.filter(post_id=post.id).exists():
        await _note(attempt, post.id, links)


@unit_of_work
async def _note(attempt: Attempt, post_id: int, links: Sequence[str]) -> None:
    """Nothing, where the post was changed since: who did has left another job behind."""
    locked = await Post.filter(id=post_id).only("id").select_for_update(no_key=True).first()
    if locked is None or not await complete(attempt):
        return
    known = OutgoingLinkback.filter(post_id=post_id).order_by("id").select_for_update()
    rows = {row.target_url: row for row in await known}
    gone = [row for url, row in rows.items() if url not in links]
    again = [row for url, row in rows.items() if url in links and _is_told_again(row)]
    again += [row for row in gone if row.linked and row.kind is UPDATABLE]
    new = [url for url in links if url not in rows]
    await OutgoingLinkback.bulk_create([_row(post_id, url) for url in new])
    await _forget(gone)
    await _set(again, status=WAITING, error=None)
    await _set([row for row in rows.values() if row not in gone and not row.linked], linked=True)
    await enqueue_many(SEND, [_job(post_id, url) for url in (*new, *(row.target_url for row in again))])


def _is_told_again(row: OutgoingLinkback) -> bool:
    """Whether a page that is linked to, still or again, is told so: not by a protocol that knows no changes."""
    return row.status is not SENT or row.kind is UPDATABLE


async def _forget(gone: Iterable[OutgoingLinkback]) -> None:
    """Remove what nobody was told of; the others are remembered, lest they be told twice."""
    rows = [*gone]
    told = [row for row in rows if row.kind is UPDATABLE or row.status is SENT]
    await _set([row for row in told if row.linked], linked=False)
    await OutgoingLinkback.filter(id__in=[row.id for row in rows if row not in told]).delete()


async def _set(rows: Sequence[OutgoingLinkback], **values: Any) -> None:
    if rows:
        await OutgoingLinkback.filter(id__in=[row.id for row in rows]).update(**values)


def _row(post_id: int, url: str) -> OutgoingLinkback:
    return OutgoingLinkback(post_id=post_id, target_url=url, target_digest=_digest(url))


def _digest(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def _job(
    post_id: int, url: str, withdrawal: dict[str, Any] | None = None
) -> tuple[str | None, dict[str, Any]]:
    return f"{post_id}:{_digest(url)}", {"post": post_id, "target": url, **(withdrawal or {})}


def _withdrawal(slug: str, endpoint: str | None) -> dict[str, Any]:
    """What is needed to tell of a post that is there no more."""
    return {"slug": slug, "endpoint": endpoint}


@unit_of_work
async def note_sent(attempt: Attempt, telling: Telling, endpoint: Endpoint, now: datetime) -> None:
    """A page has acknowledged; whom it told of a link that was removed meanwhile is told of that."""
    row = await _locked(telling)
    if not await complete(attempt):
        return
    if row is not None:
        tried = {"attempts": attempt.number, "last_tried_at": now, "error": None}
        await _set([row], status=SENT, **_by(endpoint), **tried)
    elif not telling.withdraws and endpoint.protocol is Protocol.WEBMENTION:
        key, payload = _job(telling.post_id, telling.target, _withdrawal(telling.slug, endpoint.url))
        await enqueue(SEND, payload, key=key)


@unit_of_work
async def note_given_up(
    attempt: Attempt, telling: Telling, reason: str, now: datetime, *, done: bool
) -> None:
    """A page will not be told; where the job is not `done`, it stays in the list of those that were given up."""
    row = await _locked(telling)
    current = await (complete if done else is_current)(attempt)
    if row is not None and current:
        await _set(
            [row],
            status=DeliveryStatus.GIVEN_UP,
            attempts=attempt.number,
            last_tried_at=now,
            error=reason,
        )


@unit_of_work
async def note_failed(attempt: Attempt, telling: Telling, reason: str, now: datetime) -> None:
    """A page could not be told for now. It is noted of the first attempt alone: each write costs kept answers."""
    row = await _locked(telling)
    if row is not None and row.status is WAITING:
        await _set([row], status=FAILED, attempts=attempt.number, last_tried_at=now, error=reason)


async def _locked(telling: Telling) -> OutgoingLinkback | None:
    return await OutgoingLinkback.filter(id=telling.row_id).select_for_update().first()


def _by(endpoint: Endpoint) -> dict[str, Any]:
    return {"kind": LinkbackKind(endpoint.protocol), "endpoint": endpoint.url}
