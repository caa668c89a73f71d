"""Posts, pages and pages of other sites: their rows, their slugs, and where they are filed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from models import Post
from resolvers import archive_months, filing, search_index
from resolvers.counters import NEVER
from resolvers.paths import normal_path
from transfer.formats.records import Post as PostRecord
from transfer.formats.records import PostKind
from transfer.importing import rows
from transfer.importing.addresses import Addresses, add_pages, free_slugs, posts_at, slug_base
from transfer.importing.incoming import CHANGED_HERE, Item
from transfer.importing.ledger import NOT_OURS, Kind, Ledger, stamp
from transfer.importing.plan import Plan
from transfer.importing.post_references import PostReferences, References
from transfer.importing.post_values import PostValues, post_values
from transfer.importing.report import Outcome, Report

MOMENTS = ("published_at", "created_at", "updated_at", "last_commented_at")
COLUMNS = (
    *(
        "id",
        "kind",
        "slug",
        "slug_chosen",
        "title",
        "body",
        "body_html",
        "body_format",
        "excerpt",
        "excerpt_written",
    ),
    *(
        "language",
        "status",
        "published_at",
        "created_at",
        "updated_at",
        "author_id",
        "category_id",
        "address",
    ),
    *(
        "pinned",
        "comments_open",
        "comment_count",
        "last_commented_at",
        "counted",
        "linkback_count",
        "trackback_count",
    ),
)
FRESH = {"comment_count": 0, "last_commented_at": NEVER, "linkback_count": 0, "trackback_count": 0}
OURS = "It is a page of this site: what was said there goes to the post."


class Prepared(NamedTuple):
    """A post and what was made of it outside the transaction."""

    item: Item[PostRecord]
    values: PostValues


class Posts:
    """Writes posts; `language` is the old blog's, as soon as that is known."""

    def __init__(
        self, plan: Plan, ledger: Ledger, references: PostReferences, addresses: Addresses, report: Report
    ) -> None:
        self._plan = plan
        self._ledger = ledger
        self._references = references
        self._addresses = addresses
        self._report = report
        self.language = ""

    def prepare(self, items: Sequence[Item[PostRecord]]) -> list[Prepared]:
        """Render the posts, which takes time; to be called outside a transaction."""
        site, now = self._plan.policy.site.language, self._plan.now
        return [Prepared(item, post_values(item, self.language, site, now, self._report)) for item in items]

    async def write(self, new: Sequence[Prepared], changed: Sequence[Prepared]) -> None:
        """Write them; in a unit of work."""
        new = await self._without_ours(new)
        if new:
            await self._add(new)
        for post in changed:
            await self._update(post)

    async def _without_ours(self, posts: Sequence[Prepared]) -> list[Prepared]:
        """Those that are not pages which this site has as its own: what is said there is said about these."""
        external = {
            post.item.key: _paths(post.item.record)
            for post in posts
            if post.item.record.kind is PostKind.EXTERNAL
        }
        known = await posts_at({path for paths in external.values() for path in paths})
        if not known:
            return [*posts]
        own = {
            key: next((known[path] for path in paths if path in known), None)
            for key, paths in external.items()
        }
        for item in (post.item for post in posts):
            if (id_ := own.get(item.key)) is not None:
                await self._ledger.write(Kind.POST, [(item.key, id_, item.read, NOT_OURS)])
                self._report.done(Kind.POST, Outcome.UNCHANGED)
                self._report.changed(Kind.POST, item.key, OURS)
        return [post for post in posts if own.get(post.item.key) is None]

    async def _add(self, posts: Sequence[Prepared]) -> None:
        references = await self._references.of([post.item for post in posts])
        bases = [slug_base(post.item.record.slug, post.values.columns["title"], "post") for post in posts]
        slugs = await free_slugs(bases, set())
        ids = await rows.next_ids("posts", len(posts))
        to_column = rows.moment_writer()
        made = []
        for id_, slug, post, refers in zip(ids, slugs, posts, references, strict=True):
            values: dict[str, Any] = {**post.values.columns, **FRESH, "id": id_, "slug": slug}
            values["author_id"] = refers.author
            values |= {"slug_chosen": bool(post.item.record.slug), "category_id": refers.categories[0]}
            made.append([to_column(values[name]) if name in MOMENTS else values[name] for name in COLUMNS])
        await rows.insert("posts", COLUMNS, made)
        await archive_months.opened({post.values.columns["published_at"] for post in posts})
        await rows.insert("post_slugs", ("slug", "post_id"), list(zip(slugs, ids, strict=True)))
        await self._file(posts, ids, references)
        await self._addresses.add(
            Kind.POST,
            [(id_, post.item.key, post.item.record.paths) for id_, post in zip(ids, posts, strict=True)],
        )
        await add_pages((id_, post.values.columns["address"]) for id_, post in zip(ids, posts, strict=True))
        await self._ledger.write(
            Kind.POST,
            [
                (post.item.key, id_, post.item.read, _stamp(post.values.columns["updated_at"]))
                for id_, post in zip(ids, posts, strict=True)
            ],
        )
        await search_index.index_new_posts(ids)
        await self._references.note_pictures(list(zip(ids, [post.item for post in posts], strict=True)))
        self._report.done(Kind.POST, Outcome.WRITTEN, len(posts))

    async def _file(
        self, posts: Sequence[Prepared], ids: Sequence[int], references: Sequence[References]
    ) -> None:
        filed: dict[str, list[list[Any]]] = {table: [] for table in filing.TABLES}
        gained: dict[str, dict[int, int]] = {table: {} for table in filing.TABLES}
        for id_, post, refers in zip(ids, posts, references, strict=True):
            copied = _copied(post.values, refers.author)
            for table, places in zip(filing.TABLES, (refers.categories, refers.tags), strict=True):
                filed[table] += [[id_, place, position, *copied] for position, place in enumerate(places)]
                if post.values.counted and _is_article(post):
                    for place in places:
                        gained[table][place] = gained[table].get(place, 0) + 1
        for table, counts in filing.TABLES.items():
            columns = ("post_id", filing.FILED_UNDER[table], "position", *filing.COPIED)
            await rows.insert(table, columns, filed[table])
            await rows.change(
                f"UPDATE {counts} SET post_count = post_count + :1 WHERE id = :2",  # noqa: S608 - a name of ours
                [(count, id_) for id_, count in sorted(gained[table].items())],
            )
        counted = [post.values for post in posts if post.values.counted and _is_article(post)]
        await archive_months.count([values.columns["published_at"] for values in counted], +1)

    async def _update(self, post: Prepared) -> None:
        item = post.item
        assert item.entry is not None  # noqa: S101 - it has changed, so it was there
        stored = await Post.filter(id=item.entry.row_id).select_for_update().get()
        if _stamp(stored.updated_at) != item.entry.stamp:
            self._report.left_out(Kind.POST, item.key, CHANGED_HERE)
            return
        ((refers),) = await self._references.of([item])
        await archive_months.opened({stored.published_at, post.values.columns["published_at"]})
        if stored.counted:
            await filing.count(stored, -1)
        language = stored.language
        stored.update_from_dict(post.values.columns)
        stored.author_id, stored.category_id = refers.author, refers.categories[0]
        await stored.save()
        await self._file_anew(stored, refers)
        if stored.counted:
            await filing.count(stored, +1)
        await self._addresses.add(Kind.POST, [(stored.id, item.key, item.record.paths)])
        await add_pages([(stored.id, stored.address)])
        await self._ledger.rewrite(Kind.POST, [(item.key, item.read, _stamp(stored.updated_at))])
        await search_index.index_posts([stored.id])
        if stored.language != language:
            await search_index.index_comments_of(stored)
        await self._references.note_pictures([(stored.id, item)])
        self._report.done(Kind.POST, Outcome.UPDATED)

    async def _file_anew(self, post: Post, refers: References) -> None:
        for table, places in zip(filing.TABLES, (refers.categories, refers.tags), strict=True):
            await rows.change(f"DELETE FROM {table} WHERE post_id = :1", [[post.id]])  # noqa: S608 - a name of ours
            to_column = rows.moment_writer()
            copied: list[Any] = [getattr(post, name) for name in filing.COPIED]
            copied = [to_column(value) if isinstance(value, datetime) else value for value in copied]
            columns = ("post_id", filing.FILED_UNDER[table], "position", *filing.COPIED)
            await rows.insert(
                table, columns, [[post.id, place, at, *copied] for at, place in enumerate(places)]
            )


def _is_article(post: Prepared) -> bool:
    return post.item.record.kind is PostKind.ARTICLE


def _copied(values: PostValues, author_id: int) -> list[Any]:
    to_column = rows.moment_writer()
    all_: dict[str, Any] = {**values.columns, **FRESH, "author_id": author_id}
    return [to_column(all_[name]) if name in MOMENTS else all_[name] for name in filing.COPIED]


def _paths(record: PostRecord) -> list[str]:
    paths = [normal_path(path) for path in (*record.paths, record.address) if path]
    return [path for path in paths if path]


def _stamp(updated_at: datetime) -> str:
    return stamp(updated_at.isoformat())
