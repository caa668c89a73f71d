"""A site becomes one file of WordPress' format, at one moment and post by post."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from models import Post, PostKind
from storage import snapshot
from transfer.placing import new_file
from transfer.wxr.comments import Comments
from transfer.wxr.head import Site, main_language, write_head
from transfer.wxr.items import POSTS_AT_ONCE, TYPES, Items
from transfer.wxr.xml import Feed, feed

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Left:
    """What has been written, and by reasons how many things were not."""

    posts: int
    comments: int
    left_out: dict[str, int]


async def export_wxr(
    path: Path,
    site: Site,
    progress: Progress = lambda _what, _done, _total: None,
) -> Left:
    """Write the open database, as it is now, to a file that is there when it is whole.

    Raises:
        PlaceTaken: something is there already.
    """
    with new_file(path) as file, feed(file, ZoneInfo(site.timezone)) as written:
        return await _write(written, site, progress)


async def _write(written: Feed, site: Site, progress: Progress) -> Left:
    async with snapshot() as view:
        site = replace(site, language=await main_language())
        await write_head(written, site)
        (last,) = await Post.all().order_by("-id").limit(1).values_list("id", flat=True) or (0,)
        comments = Comments(written, view)
        items = Items(written, site, comments, int(str(last)))
        posts = await _posts(items, progress)
        await items.pictures()
        if external := await Post.filter(kind=PostKind.EXTERNAL).count():
            comments.left_out["pages of other sites, with their comments"] += external
    return Left(posts, comments.written, dict(comments.left_out))


async def _posts(items: Items, progress: Progress) -> int:
    wanted = Post.filter(kind__in=list(TYPES))
    total, done, last = await wanted.count(), 0, 0
    while (
        posts := await wanted.filter(id__gt=last).order_by("id").limit(POSTS_AT_ONCE).select_related("author")
    ):
        await items.write(posts)
        done, last = done + len(posts), posts[-1].id
        progress("posts", done, total)
    return done
