"""Finding the words of posts and comments that are there already: after an import or a restore, or by `reindex`.

A site is gone over in portions while it is read and written. Each portion is a short unit of work, which locks the
posts whose texts it reads, as everybody does who writes them. How far it is stands in the database: several
processes share the work, and one that is killed leaves nothing undone.
"""

from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from models import Comment, Post, SiteState
from resolvers import many
from resolvers.search_documents import FoundComment, Row, prepare, row_of_comment, rows_of_post, write
from search.documents import VERSION
from storage import execute, unit_of_work

DONE, UNDER_WAY = "search.version", "search.reindex"
POSTS, COMMENTS = "posts", "comments"
PORTIONS = {POSTS: 20, COMMENTS: 200}
"""How many rows one unit of work takes."""
POST_COLUMNS = ("id", "title", "body_html", "language", "published_at")
COMMENT_COLUMNS = ("id", "post_id", "body_html", "created_at")


class Position(NamedTuple):
    """How far it is: all posts come first, each kind in the order of its keys."""

    version: str
    kind: str
    last_id: int

    @classmethod
    def of(cls, text: str) -> "Position":
        """The position that is stored; that of another version of the code is none."""
        version, kind, last_id = text.split(":")
        return cls(version, kind, int(last_id)) if version == VERSION else cls(VERSION, POSTS, 0)

    def __str__(self) -> str:
        return ":".join(map(str, self))


BEGINNING = Position(VERSION, POSTS, 0)


class Portion(NamedTuple):
    """What has been done: so many rows of a kind."""

    kind: str
    rows: int


async def is_due() -> bool:
    """Whether what is found was written by another version of the code, or not to its end."""
    done = await SiteState.filter(name=DONE).first()
    return done is None or done.value != VERSION


@unit_of_work
async def begin_anew() -> None:
    """Have everything written again by the portions that follow."""
    await _locked_position()
    await _go_on(BEGINNING)
    await SiteState.filter(name=DONE).delete()


async def portions() -> AsyncIterator[Portion]:
    """Go over the site, a portion at a time, until all is done."""
    while await is_due():
        yield await write_portion()


@unit_of_work
async def index_everything() -> None:
    """Go over the site at once; joins the unit of work of who has filled an empty one."""
    await begin_anew()
    while await is_due():
        await write_portion()


@unit_of_work
async def write_portion() -> Portion:
    """The next portion; an empty one ends a kind, or all."""
    position = await _locked_position()
    if not await is_due():  # somebody else has just ended it
        return Portion(position.kind, 0)
    ids = await _next_ids(position)
    await (index_posts(ids) if position.kind == POSTS else index_comments(ids))
    if ids:
        await _go_on(position._replace(last_id=ids[-1]))
    elif position.kind == POSTS:
        await _go_on(Position(VERSION, COMMENTS, 0))
    else:
        await _go_on(BEGINNING)
        await SiteState.filter(name=DONE).delete()
        await SiteState.create(name=DONE, value=VERSION)
    return Portion(position.kind, len(ids))


async def index_posts(ids: Sequence[int]) -> None:
    """Have these posts found as they are; their rows are locked."""
    await _forget(ids, f"{many.among('post_id')} AND comment_id IS NULL")
    await index_new_posts(ids)


async def index_new_posts(ids: Sequence[int]) -> None:
    """Have posts found that nobody has found before."""
    rows: list[Row] = []
    for values in await _read(Post, ids, POST_COLUMNS):
        post = SimpleNamespace(**values)
        await prepare(post.title, post.body_html, post.language)
        rows += rows_of_post(post)
    await write(rows)


async def index_comments(ids: Sequence[int]) -> None:
    """Have these comments found as they are; the rows of their posts are locked."""
    await _forget(ids, many.among("comment_id"))
    await index_new_comments(ids)


async def index_comments_of(post: Post) -> None:
    """Have the comments under a post found by the forms of words that its language has."""
    ids = [comment.id for comment in await Comment.filter(post_id=post.id).order_by("id").only("id")]
    for start in range(0, len(ids), PORTIONS[COMMENTS]):
        await index_comments(ids[start : start + PORTIONS[COMMENTS]])


async def index_new_comments(ids: Sequence[int]) -> None:
    """Have comments found that nobody has found before, but for those that are deleted."""
    found = await _read(Comment, ids, (*COMMENT_COLUMNS, "deleted_at", "post__language"))
    there = [SimpleNamespace(**values) for values in found if values["deleted_at"] is None]
    await write([row_of_comment(comment.post__language, comment) for comment in there])


async def index_imported_comments(found: Sequence[FoundComment]) -> None:
    """The same of comments that are at hand."""
    ids = {comment.post_id for comment in found}
    languages = {each["id"]: each["language"] for each in await _read(Post, sorted(ids), ("id", "language"))}
    await write([row_of_comment(languages[comment.post_id], comment) for comment in found])


async def _read(model: Any, ids: Sequence[int], columns: Sequence[str]) -> list[dict[str, Any]]:
    return list(await model.filter(id__in=ids).order_by("id").values(*columns)) if ids else []


async def _forget(ids: Sequence[int], condition: str) -> None:
    if ids:
        await execute(f"DELETE FROM search_documents WHERE {condition}", [many.as_list(ids)])  # noqa: S608 - ours


async def _locked_position() -> Position:
    """How far it is; its row stays there once it has been made, for the others to wait for."""
    beginning = SiteState(name=UNDER_WAY, value=str(BEGINNING))
    await SiteState.bulk_create([beginning], ignore_conflicts=True)
    state = await SiteState.filter(name=UNDER_WAY).select_for_update().get()
    return Position.of(state.value)


async def _go_on(position: Position) -> None:
    await SiteState.filter(name=UNDER_WAY).update(value=str(position))


async def _next_ids(position: Position) -> list[int]:
    """The next rows, whose posts are locked."""
    if position.kind == POSTS:
        posts = Post.filter(id__gt=position.last_id).order_by("id").limit(PORTIONS[POSTS])
        return [post.id for post in await posts.only("id").select_for_update(no_key=True)]
    comments = Comment.filter(id__gt=position.last_id).order_by("id").limit(PORTIONS[COMMENTS])
    found = await comments.values_list("id", "post_id")
    posts = Post.filter(id__in={post_id for _, post_id in found}).order_by("id")
    await posts.only("id").select_for_update(no_key=True)
    return [id_ for id_, _ in found]
