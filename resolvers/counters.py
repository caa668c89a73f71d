"""Stored counts, changed in the same transaction as what they count, and their repair.

A post counts its public comments, a comment its public direct replies; tombstones do not count. A
category counts the posts whose `counted` is true: those that are public, but for one whose time has just come and
that `resolvers.due_posts` has not noticed yet.

The callers hold the lock of the post's row (`Post.select_for_update`), which every write to a post
or to its comments takes first; so on PostgreSQL too nobody counts beside them.
"""

# ruff: noqa: S608 - the statements below are put together from texts of ours
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from models import Comment, CommentStatus, Linkback, LinkbackKind, LinkbackStatus, Post, PostStatus
from models.fields import rfc3339
from resolvers import archive_months, filing, many
from resolvers.visibility import RULE, SettledComment
from storage import execute_update, unit_of_work

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""`last_commented_at` of a post that nobody has commented on."""

COUNTED = {"status": CommentStatus.APPROVED, "deleted_at__isnull": True}


def is_counted(comment: Comment) -> bool:
    """Whether the counters include the comment as it is."""
    return comment.status is CommentStatus.APPROVED and comment.deleted_at is None


def next_shown(post: Post) -> int:
    """The `shown_number` of comments that become public now, which is the post's own once they are counted."""
    number: int = post.shown_number + 1
    return number


async def count_comment(post: Post, comment: Comment) -> None:
    """Count one more comment, which is public from now on."""
    await _count(post, [(comment, +1)])


async def uncount_comment(post: Post, comment: Comment) -> None:
    """Count one comment less; its row has been changed or deleted already."""
    await _count(post, [(comment, -1)])


async def count_settled(post: Post, settled: Iterable[SettledComment]) -> None:
    """Count the comments that have become public, and no longer those that have ceased to be."""
    public = CommentStatus.APPROVED
    changes = [(each, (each.after is public) - (each.before is public)) for each in settled]
    await _count(post, [(each, change) for each, change in changes if change and not each.is_tombstone])


async def _count(post: Post, changes: Sequence[tuple[Comment | SettledComment, int]]) -> None:
    if not changes:
        return
    post.comment_count += sum(change for _, change in changes)
    come = [each.created_at for each, change in changes if change > 0]
    gone = [each.created_at for each, change in changes if change < 0]
    post.last_commented_at = max([post.last_commented_at, *come])
    post.shown_number = next_shown(post) if come else post.shown_number
    if gone and max(gone) >= post.last_commented_at:
        newest = await Comment.filter(post_id=post.id, **COUNTED).order_by("-created_at", "-id").first()
        post.last_commented_at = newest.created_at if newest else NEVER
    await post.save(update_fields=["comment_count", "last_commented_at", "shown_number"])
    await filing.refresh([post.id])
    await _count_replies(changes)


async def _count_replies(changes: Iterable[tuple[Comment | SettledComment, int]]) -> None:
    """One statement for all that gain or lose the same number of replies."""
    replies = Counter[int]()
    for each, change in changes:
        if each.parent_id is not None:
            replies[each.parent_id] += change
    parents = defaultdict[int, list[int]](list)
    for parent_id, change in replies.items():
        parents[change].append(parent_id)
    for change, ids in parents.items():
        await many.change(ids, f"reply_count = reply_count + {change:d}")


async def count_linkback(post: Post, linkback: Linkback, change: int) -> None:
    """Count one more, or less, that everybody sees."""
    post.linkback_count += change
    post.trackback_count += change * (linkback.kind is LinkbackKind.TRACKBACK)
    await post.save(update_fields=["linkback_count", "trackback_count"])


async def uncount_post(post: Post) -> None:
    """Take the post out of the counts of where it is filed, before it moves, changes its status or goes."""
    if post.counted:
        post.counted = False
        await Post.filter(id=post.id).update(counted=False)
        await filing.count(post, -1)


async def count_post(post: Post) -> None:
    """Count the post, which is public from now on."""
    post.counted = True
    await Post.filter(id=post.id).update(counted=True)
    await filing.refresh([post.id])
    await filing.count(post, +1)


# The repair. Inside a subquery a bare column is the subquery's own. What is counted stands behind COUNT, not behind
# WHERE: without statistics SQLite would take the index of the status, and read nearly all comments for each row.
_COUNTED = f"status = '{CommentStatus.APPROVED}' AND deleted_at IS NULL"
_COUNT = f"SELECT COUNT(CASE WHEN {_COUNTED} THEN 1 END)"
_REPLIES = f"({_COUNT} FROM comments AS reply WHERE reply.parent_id = comments.id)"
_COMMENTS = f"({_COUNT} FROM comments WHERE post_id = posts.id)"
_NEWEST = f"(SELECT MAX(CASE WHEN {_COUNTED} THEN created_at END) FROM comments WHERE post_id = posts.id)"
_LAST = f"COALESCE({_NEWEST}, '{rfc3339(NEVER)}')"
_POSTS = "(SELECT COUNT(*) FROM {filed} WHERE {of} = {counts}.id AND counted AND kind = 'ARTICLE')"
_SETTLED = RULE.format(beginning="parent_id IS NULL")
_WRONG = "settled.id = comments.id AND comments.status <> becomes"
_SETTLE = f"{_SETTLED} UPDATE comments SET status = becomes FROM settled WHERE {_WRONG}"
_REPAIR_COMMENTS = f"UPDATE comments SET reply_count = {_REPLIES} WHERE reply_count <> {_REPLIES}"
_REPAIR_POSTS = (
    f"UPDATE posts SET comment_count = {_COMMENTS}, last_commented_at = {_LAST}"
    f" WHERE comment_count <> {_COMMENTS} OR last_commented_at <> {_LAST}"
)
_LINKBACKS = (
    f"(SELECT COUNT(*) FROM linkbacks WHERE post_id = posts.id AND status = '{LinkbackStatus.APPROVED}')"
)
_TRACKBACKS = _LINKBACKS.replace("AND", f"AND kind = '{LinkbackKind.TRACKBACK}' AND")
_REPAIR_LINKBACKS = (
    f"UPDATE posts SET linkback_count = {_LINKBACKS}, trackback_count = {_TRACKBACKS}"
    f" WHERE linkback_count <> {_LINKBACKS} OR trackback_count <> {_TRACKBACKS}"
)
_REPAIR_COUNTS = f"UPDATE {{counts}} SET post_count = {_POSTS} WHERE post_count <> {_POSTS}"


@unit_of_work
async def recount() -> dict[str, int]:
    """Repair what is shown of every thread, then every stored count; how many rows of each kind were counted wrong."""
    await Post.all().order_by("id").only("id").select_for_update(no_key=True)
    has_come = f"(counted OR published_at <= '{rfc3339(datetime.now(UTC))}')"  # noticed once, it stays public
    due = f"(status = '{PostStatus.PUBLISHED}' AND {has_come})"
    await execute_update(_SETTLE)
    comments, posts = await execute_update(_REPAIR_COMMENTS), await execute_update(_REPAIR_POSTS)
    await execute_update(f"UPDATE posts SET counted = {due} WHERE counted <> {due}")
    return {
        "comments": comments,
        "posts": posts,
        "linkbacks": await execute_update(_REPAIR_LINKBACKS),
        "filings": await filing.repair(),
        **await count_filed(),
        "archive": await archive_months.recount_archive(),
    }


async def count_filed() -> dict[str, int]:
    """Count anew how many articles are filed in each category and under each tag; how many counts were wrong."""
    return {
        counts: await execute_update(
            _REPAIR_COUNTS.format(filed=filed, of=filing.FILED_UNDER[filed], counts=counts)
        )
        for filed, counts in filing.TABLES.items()
    }


async def recount_posts(post_ids: Collection[int]) -> None:
    """Settle the threads of these posts, and count what hangs under them anew; their rows are locked."""
    if not post_ids:
        return
    ids = ", ".join(str(int(id_)) for id_ in post_ids)
    rule = RULE.format(beginning=f"parent_id IS NULL AND post_id IN ({ids})")
    await execute_update(f"{rule} UPDATE comments SET status = becomes FROM settled WHERE {_WRONG}")
    await execute_update(f"{_REPAIR_COMMENTS} AND post_id IN ({ids})")
    await execute_update(
        f"UPDATE posts SET comment_count = {_COMMENTS}, last_commented_at = {_LAST},"
        f" linkback_count = {_LINKBACKS}, trackback_count = {_TRACKBACKS} WHERE id IN ({ids})"
    )
    await filing.refresh(post_ids)
