"""Pictures that nobody shows any more: their rows and files go, once they have been left alone for a day.

A picture is shown by a post or a person, or by its address in a text, as it is or as it was once. Rows go before files,
so that what is left of an interrupted sweep is nothing but files, which the next one finds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.queryset import QuerySet

from media.names import digest_of
from media.store import MediaStore
from models import Comment, CommentRevision, Image, Post, PostRevision
from storage import unit_of_work

LEFT_ALONE = timedelta(days=1)
"""An upload comes before what shows it."""
AT_ONCE = 500
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TEXTS: tuple[Any, ...] = (Post, PostRevision, Comment, CommentRevision)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows and files were of no use any more."""

    rows: int
    files: int


async def sweep(store: MediaStore, now: datetime, *, dry_run: bool = False) -> Swept:
    """Forget the pictures that nobody shows; or only count them. Raises StoreUnavailable."""
    before = now - LEFT_ALONE
    shown = await _in_texts()
    unused = await _unused(before).values_list("id", "digest")
    ids = [id_ for id_, digest in unused if digest not in shown]
    rows = len(ids) if dry_run else sum([await _forget(part, before) for part in _parts(ids)])
    kept = shown | await _kept(ids if dry_run else ())
    files = await _files_beside(store, kept, before)
    if not dry_run:
        for part in _parts(files):
            await store.delete(await _still_unknown(part))
    return Swept(rows, len(files))


def _unused(before: datetime) -> QuerySet[Image]:
    return Image.filter(created_at__lt=before, posts__isnull=True, people__isnull=True)


async def _in_texts() -> set[str]:
    """What may be the digest of a picture in any text."""
    found: set[str] = set()
    for model in _TEXTS:
        last = 0
        while rows := await model.filter(id__gt=last).order_by("id").limit(AT_ONCE).values_list("id", "body"):
            for last, body in rows:  # noqa: B007 - where the next ones begin
                found.update(_DIGEST.findall(body))
    return found


@unit_of_work
async def _forget(ids: Sequence[int], before: datetime) -> int:
    """Delete those that are still unused, now that nobody can choose one of them meanwhile."""
    await Image.filter(id__in=ids).order_by("id").select_for_update()
    still = await _unused(before).filter(id__in=ids).values_list("id", flat=True)
    return await Image.filter(id__in=list(still)).delete()


async def _kept(without: Sequence[int]) -> set[str]:
    gone = set(without)
    return {digest for id_, digest in await Image.all().values_list("id", "digest") if id_ not in gone}


async def _files_beside(store: MediaStore, kept: set[str], before: datetime) -> list[str]:
    """Files of no picture that is kept, which have been there for long enough."""
    return [name async for name, since in store.listed() if since < before and digest_of(name) not in kept]


async def _still_unknown(names: Sequence[str]) -> list[str]:
    """Without those of pictures that have been uploaded again meanwhile."""
    digests = {str(digest_of(name)) for name in names}
    known = {image.digest for image in await Image.filter(digest__in=list(digests)).only("digest")}
    return [name for name in names if digest_of(name) not in known]


def _parts(items: Sequence[Any]) -> list[Sequence[Any]]:
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]
