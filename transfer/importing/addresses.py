"""Where things were found before: paths of the old blog become aliases, of which the first that comes keeps each."""

from collections.abc import Collection, Iterable
from urllib.parse import unquote

from models.address import LONGEST_PATH
from models.page_address import page_key
from resolvers.paths import last_of, normal_path
from resolvers.slugs import slug_of
from transfer.importing import rows
from transfer.importing.ledger import Kind
from transfer.importing.report import Report

COLUMNS = {Kind.POST: "post_id", Kind.CATEGORY: "category_id", Kind.TAG: "tag_id"}
POSTS = "posts"
"""Where this site has its posts."""
TAKEN = "A former address is that of something else here."
TOO_LONG = "A former address is too long, or none."


class Addresses:
    """Writes aliases; to be called in a unit of work."""

    def __init__(self, report: Report) -> None:
        self._report = report

    async def add(self, kind: Kind, things: Iterable[tuple[int, str, Collection[str]]]) -> None:
        """Note the former paths of things, each a row's id and a record's key; those that are noted already stay."""
        wanted: dict[str, tuple[int, str]] = {}
        for id_, key, paths in things:
            for path in self._normal(kind, key, paths):
                if wanted.setdefault(path, (id_, key))[0] != id_:
                    self._report.changed(kind, key, TAKEN)
        if not wanted:
            return
        taken = await owners(kind, wanted)
        for path in wanted.keys() & taken.keys():
            if taken[path] != wanted[path][0]:
                self._report.changed(kind, wanted[path][1], TAKEN)
        free = [(path, id_) for path, (id_, _) in wanted.items() if path not in taken]
        await rows.insert("path_aliases", ("path", COLUMNS[kind]), free)

    def _normal(self, kind: Kind, key: str, paths: Collection[str]) -> list[str]:
        normal = [normal_path(path) for path in paths]
        if any(not path or len(path) > LONGEST_PATH for path in normal):
            self._report.changed(kind, key, TOO_LONG)
        return [path for path in dict.fromkeys(normal) if 0 < len(path) <= LONGEST_PATH]


async def add_pages(posts: Iterable[tuple[int, str | None]]) -> None:
    """Note where posts that stand for pages of other sites are; a page that has one already keeps that."""
    wanted: dict[str, int] = {}
    for id_, address in posts:
        if key := page_key(address or ""):
            wanted.setdefault(key, id_)
    known = await rows.select(
        f"SELECT key FROM page_addresses WHERE key {rows.among(1, 'text')}",  # noqa: S608 - a condition of ours
        rows.as_list(wanted),
    )
    free = wanted.keys() - {row[0] for row in known}
    await rows.insert("page_addresses", ("key", "post_id"), [(key, wanted[key]) for key in sorted(free)])


async def owners(kind: Kind, paths: Collection[str]) -> dict[str, int | None]:
    """Which row of the kind is at each of these paths, of those that are taken; None: something of another kind."""
    if not paths:
        return {}
    found = await rows.select(
        f"SELECT path, {COLUMNS[kind]} FROM path_aliases WHERE path {rows.among(1, 'text')}",  # noqa: S608 - ours
        rows.as_list(paths),
    )
    return {row[0]: row[1] for row in found}


async def posts_at(paths: Collection[str]) -> dict[str, int]:
    """Which posts are found at these normal paths: at a former address, or at their own."""
    found = {path: id_ for path, id_ in (await owners(Kind.POST, paths)).items() if id_ is not None}
    slugs = {path: slug for path in paths if path not in found and (slug := last_of(POSTS, path))}
    by_slug = await slugs_taken(slugs.values())
    return found | {path: by_slug[slug] for path, slug in slugs.items() if slug in by_slug}


async def slugs_taken(slugs: Collection[str]) -> dict[str, int]:
    """The posts that have, or had, these slugs."""
    if not slugs:
        return {}
    sql = f"SELECT slug, post_id FROM post_slugs WHERE slug {rows.among(1, 'text')}"  # noqa: S608 - a condition of ours
    return {row[0]: row[1] for row in await rows.select(sql, rows.as_list({*slugs}))}


async def free_slugs(bases: Collection[str], given: set[str]) -> list[str]:
    """A slug for each of these that no post has had, nor another of them; `given` grows by them."""
    taken = {*await slugs_taken(bases)} | given
    made = []
    for base in bases:
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
            if slug not in taken and await slugs_taken([slug]):
                taken.add(slug)
        taken.add(slug)
        given.add(slug)
        made.append(slug)
    return made


def slug_base(slug: str, title: str, otherwise: str) -> str:
    """What a slug is made from: the old one, percent-encoded or not, without folders, or the title."""
    last = unquote(slug).rstrip("/").rpartition("/")[2]
    return slug_of(last, otherwise="") or slug_of(title, otherwise=otherwise)
