"""The other way to the same answers: graphql-core resolves every field by itself, with ordinary Tortoise.

Only which rows a field shows comes from the resolvers' querysets, here given concrete viewers and values. Everything
else (order, pages, cursors, counts, states, addresses) is computed again, in Python.
"""

# ruff: noqa: A002, N803, N806 - arguments are called as the API calls them

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from enum import Enum
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from graphql import (
    ExecutionResult,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    execute,
    get_named_type,
    parse,
)
from tortoise.models import Model
from tortoise.queryset import QuerySet

import schema
from auth import requirements
from auth.viewer import Viewer
from media.names import WIDTHS, name_of
from models import (
    Category,
    Comment,
    CommentDecision,
    CommentRevision,
    Feed,
    Image,
    ImportReport,
    Linkback,
    OutgoingLinkback,
    PathAlias,
    Post,
    PostCategory,
    PostKind,
    PostRevision,
    PostStatus,
    PostTag,
    PostVisit,
    Role,
    Session,
    Tag,
    User,
)
from models.errors import DomainError
from models.fields import rfc3339
from resolvers.policy import Policy
from resolvers.reads import categories, comments, linkbacks, posts, tags, users
from resolvers.reads.comments import CommentOrder
from resolvers.reads.posts import PostOrder
from schema.scalars import parse as parse_moment
from schema.site import the_site
from search import marking
from search.places import place
from search.query import Query, parsed
from tests.schema.blog import PAGES, PATHS
from tests.search.matcher import Text, by_title, found, plain, texts

TYPES: dict[type, str] = {
    User: "User",
    Category: "Category",
    Tag: "Tag",
    Post: "Post",
    Comment: "Comment",
    Image: "Image",
    Linkback: "Linkback",
    Session: "Session",
}
ORDERS: dict[str, tuple[str, bool]] = {
    "NEWEST": ("published_at", True),
    "OLDEST": ("published_at", False),
    "MOST_COMMENTED": ("comment_count", True),
    "LAST_COMMENTED": ("last_commented_at", True),
}
COMMENT_ORDERS: dict[str, tuple[str, bool]] = {
    "NEWEST": ("created_at", True),
    "OLDEST": ("created_at", False),
}
USER_ORDERS: dict[str, tuple[str, bool]] = {"NAME": ("name", False), "NEWEST": ("created_at", True)}
TAG_ORDERS: dict[str, tuple[str, bool]] = {"NAME": ("name", False), "MOST_USED": ("post_count", True)}

Info = GraphQLResolveInfo[Any]
Rows = list[Any]
Resolver = Callable[..., Awaitable[Any]]


@dataclass
class Reference:
    """One viewer's way through the rows as they are: what was read once is not read again."""

    viewer: Viewer
    policy: Policy
    known: dict[str, Rows] = field(default_factory=dict)
    root_fields: int = 0

    @property
    def is_guest(self) -> bool:
        """Whether the viewer could comment as a guest only."""
        return self.viewer.id is None

    async def rows(self, queryset: Any) -> Rows:
        """The rows of a queryset."""
        assert isinstance(queryset, QuerySet)
        key = queryset.sql(params_inline=True)
        if key not in self.known:
            self.known[key] = await queryset
        return self.known[key]

    async def first(self, queryset: Any) -> Any:
        """The only row of a queryset, or None."""
        found = await self.rows(queryset)
        assert len(found) <= 1
        return found[0] if found else None


RESOLVERS: dict[str, Resolver] = {}


def resolves(*names: str) -> Callable[[Resolver], Resolver]:
    """Make the function the resolver of these fields: (parent, reference, **arguments)."""

    def note(resolver: Resolver) -> Resolver:
        RESOLVERS.update(dict.fromkeys(names, resolver))
        return resolver

    return note


def build() -> GraphQLSchema:
    """The schema as its SDL has it, without anything of the schema's own code behind it."""
    built = build_schema(schema.SDL_FILE.read_text())
    moment: Any = built.type_map["DateTime"]
    moment.coerce_input_value = parse_moment
    moment.coerce_input_literal = lambda node: parse_moment(node.value)
    return built


async def answer(
    built: GraphQLSchema, reference: Reference, query: str, variables: dict[str, Any], name: str | None = None
) -> ExecutionResult:
    """What graphql-core answers."""
    result: Any = execute(
        built,
        parse(query),
        context_value=reference,
        variable_values=variables,
        operation_name=name,
        field_resolver=_resolve,
        type_resolver=_type_of,
    )
    return result if isinstance(result, ExecutionResult) else await result


def _resolve(source: Any, info: Info, **arguments: Any) -> Any:
    resolver = RESOLVERS.get(f"{info.parent_type.name}.{info.field_name}")
    reference: Reference = info.context
    if info.parent_type.name == "Query":
        reference.root_fields += info.field_name not in ("site", "sessionId")
    if resolver in TOLD_WHICH:
        return resolver(source, reference, info)
    if resolver is not None:
        return resolver(source, reference, **arguments)
    if isinstance(source, dict):
        return source[info.field_name]
    return _plain(source, info)


def _plain(source: Any, info: Info) -> Any:
    """A column: the field's name in Python's spelling, the value in JSON's."""
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in info.field_name)
    if name == "id":
        return f"{TYPES[type(source)].lower()}_{source.id}"
    value = getattr(source, name)
    if isinstance(value, datetime):
        return rfc3339(value)
    if get_named_type(info.return_type).name in ("Moderation", "GuestPolicy"):
        return value.name
    return value.value if isinstance(value, Enum) else value


def _type_of(value: Any, *_: Any) -> str:
    return TYPES[type(value)]


# Pages.


def keys(row: Model, column: str) -> tuple[Any, int]:
    """Where a row stands in the order of a column."""
    return getattr(row, column), row.pk


def cursor(row: Model, column: str) -> str:
    """The row's place in the order of a column, as text."""
    if column == "id":
        return f"id:{row.pk}"
    value, id_ = keys(row, column)
    return f"{column}:{rfc3339(value) if isinstance(value, datetime) else value}:{id_}"


def _keys_of(text: str) -> tuple[Any, int]:
    column, rest = text.split(":", 1)
    if column == "id":
        return int(rest), int(rest)
    value, id_ = rest.rsplit(":", 1)
    if column in {"comment_count", "post_count", "number"}:
        return int(value), int(id_)
    return value if column == "name" else datetime.fromisoformat(value), int(id_)


def page(
    rows: Iterable[Any],
    order: tuple[str, bool],
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    offset: int | None = None,
) -> dict[str, Any]:
    """A connection over all rows of a list."""
    column, descending = order
    listed = sorted(rows, key=lambda row: keys(row, column), reverse=descending)

    def is_behind(row: Any, text: str) -> bool:
        one, other = keys(row, column), _keys_of(text)
        return one < other if descending else one > other

    def is_at(row: Any, text: str) -> bool:
        return keys(row, column) == _keys_of(text)

    window = [
        row
        for row in listed
        if (after is None or is_behind(row, after))
        and (before is None or not (is_behind(row, before) or is_at(row, before)))
    ]
    start = offset or 0
    size = 20 if first is None else first
    shown = window[start : start + size] if last is None else window[max(0, len(window) - last) :]
    cut_in_front = len(window) > last if last is not None else start > 0 and bool(listed)
    return {
        "edges": [{"cursor": cursor(row, column), "node": row} for row in shown],
        "nodes": shown,
        "pageInfo": {
            "startCursor": cursor(shown[0], column) if shown else None,
            "endCursor": cursor(shown[-1], column) if shown else None,
            "hasNextPage": (last is None and len(window) > start + size)
            or any(before is not None and (is_behind(row, before) or is_at(row, before)) for row in listed),
            "hasPreviousPage": cut_in_front
            or any(after is not None and not is_behind(row, after) for row in listed),
        },
        "totalCount": len(listed),
    }


def _post_filter(given: dict[str, Any]) -> Any:
    """The filter, but for categories and tags, which rows of other tables tell of."""
    names = {
        "author": "author",
        "language": "language",
        "publishedFrom": "published_from",
        "publishedBefore": "published_before",
        "pinned": "pinned",
    }
    status, kind = given.get("status"), given.get("kind")
    values = {python: given.get(name) for name, python in names.items()}
    return SimpleNamespace(
        **values,
        category=None,
        tag=None,
        status=None if status is None else PostStatus(status),
        kind=None if kind is None else PostKind(kind),
    )


async def _filed(reference: Reference, term: Category | Tag) -> set[int]:
    """The posts in a category or with a tag."""
    of_category = isinstance(term, Category)
    filed = PostCategory.filter(category_id=term.id) if of_category else PostTag.filter(tag_id=term.id)
    return {row.post_id for row in await reference.rows(filed)}


# Query.


@resolves("Query.site")
async def _site(_: Any, reference: Reference) -> Any:
    return the_site(reference.policy)


@resolves("Query.sessionId")
async def _session_id(*_: Any) -> None:
    """These viewers are who they are without one."""


@resolves("Query.viewer")
async def _viewer(_: Any, reference: Reference) -> Any:
    return None if reference.viewer.id is None else await reference.first(User.filter(id=reference.viewer.id))


@resolves("Query.node")
async def _node(_: Any, reference: Reference, id: str) -> Any:
    visible: dict[str, Any] = {
        "user": users.visible,
        "category": categories.visible,
        "tag": tags.visible,
        "post": posts.visible,
        "comment": comments.visible,
        "linkback": linkbacks.visible,
    }
    kind, _, number = id.partition("_")
    if kind not in visible or not re.fullmatch("[1-9][0-9]{0,17}", number):
        return None
    return await reference.first(visible[kind](reference.viewer).filter(id=int(number)))


@resolves("Query.nodes")
async def _nodes(_: Any, reference: Reference, ids: list[str]) -> Any:
    return [await _node(None, reference, id_) for id_ in ids]


@resolves("Query.comment")
async def _comment(_: Any, reference: Reference, id: str) -> Any:
    found = await _node(None, reference, id)
    return found if isinstance(found, Comment) else None


@resolves("Query.post")
async def _post(_: Any, reference: Reference, by: dict[str, str]) -> Any:
    if "slug" in by:
        return await reference.first(posts.by_slug(reference.viewer, by["slug"]))
    if "path" in by:
        return await _formerly_at(reference, _normal(by["path"]), "post")
    if "url" in by:
        return await _of_page(reference, by["url"])
    found = await _node(None, reference, by["id"])
    return found if isinstance(found, Post) else None


@resolves("Query.resource")
async def _resource(_: Any, reference: Reference, path: str) -> Any:
    """What was there comes before what is there, and posts before all else."""
    normal = _normal(path)
    for kind, find in {"post": _post, "category": _category, "tag": _tag, "user": _user}.items():
        if found := await _formerly_at(reference, normal, kind):
            return found
        section, name = SECTIONS[kind]
        match normal.split("/"):
            case ["", first, last] if first == section:
                if found := await find(None, reference, {name: last}):
                    return found
    return None


SECTIONS = {
    "post": ("posts", "slug"),
    "category": ("categories", "slug"),
    "tag": ("tags", "slug"),
    "user": ("people", "username"),
}
"""Where each kind of row is on the site as it is, and what it is called there."""


def _normal(path: str) -> str:
    return PATHS.get(path, path)


async def _of_page(reference: Reference, url: str) -> Any:
    """There is one in the sample blog, and the random questions ask for it in three spellings."""
    page = await reference.first(Post.filter(address=PAGES.get(url, url)))
    return None if page is None else await _node(None, reference, f"post_{page.id}")


async def _formerly_at(reference: Reference, path: str, kind: str) -> Any:
    alias = await reference.first(PathAlias.filter(path=path))
    id_ = None if alias is None else getattr(alias, f"{kind}_id")
    return None if id_ is None else await _node(None, reference, f"{kind}_{id_}")


@resolves("Query.tag")
async def _tag(_: Any, reference: Reference, by: dict[str, str]) -> Any:
    if "slug" in by:
        return await reference.first(Tag.filter(slug=by["slug"].lower()))
    found = await _node(None, reference, by["id"])
    return found if isinstance(found, Tag) else None


@resolves("Query.tags")
async def _tags(_: Any, reference: Reference, orderBy: str | None, **paging: Any) -> Any:
    used = [tag for tag in await reference.rows(Tag.all()) if tag.post_count]
    return page(used, TAG_ORDERS[orderBy or "NAME"], **paging)


@resolves("Query.category")
async def _category(_: Any, reference: Reference, by: dict[str, str]) -> Any:
    if "slug" in by:
        return await reference.first(Category.filter(slug=by["slug"].lower()))
    found = await _node(None, reference, by["id"])
    return found if isinstance(found, Category) else None


@resolves("Query.user")
async def _user(_: Any, reference: Reference, by: dict[str, str]) -> Any:
    if "username" in by:
        return await reference.first(User.filter(username=by["username"].lower()))
    found = await _node(None, reference, by["id"])
    return found if isinstance(found, User) else None


@resolves("Query.categories")
async def _categories(_: Any, reference: Reference) -> Any:
    return _menu(await reference.rows(Category.all()), None)


def _menu(all_categories: Rows, parent: int | None) -> Rows:
    below = [category for category in all_categories if category.parent_id == parent]
    return sorted(below, key=lambda category: (category.position, category.id))


@resolves("Query.posts", "Category.posts", "Tag.posts", "User.posts")
async def _posts(
    parent: Any,
    reference: Reference,
    filter: dict[str, Any] | None = None,
    orderBy: str | None = "NEWEST",
    **paging: Any,
) -> Any:
    rows = await _fitting(parent, reference, filter or {})
    return page(rows, ORDERS[orderBy or "NEWEST"], **paging)


async def _fitting(parent: Any, reference: Reference, given: dict[str, Any]) -> Rows:
    """The posts of the parent, if there is one, that fit the filter."""
    listed = posts.listed(reference.viewer, _post_filter(given), PostOrder.NEWEST)
    if isinstance(parent, User):
        listed = listed.filter(author_id=parent.id)
    rows = await reference.rows(listed)
    terms = [parent] if isinstance(parent, Category | Tag) else []
    for name, find in (("category", _category), ("tag", _tag)):
        if given.get(name) is not None:
            terms.append(await find(None, reference, {"id": given[name]}))
    for term in terms:
        filed = set[int]() if term is None else await _filed(reference, term)
        rows = [post for post in rows if post.id in filed]
    return rows


@resolves("Query.archive")
async def _archive(_: Any, reference: Reference, filter: dict[str, Any] | None = None) -> Any:
    """By the calendar on the wall, and not by bounds."""
    zone = ZoneInfo(reference.policy.site.timezone)
    months: dict[tuple[int, int], Rows] = {}
    for post in await _fitting(None, reference, filter or {}):
        local = post.published_at.astimezone(zone)
        months.setdefault((local.year, local.month), []).append(post)
    years: dict[int, Rows] = {}
    for (year, month), rows in sorted(months.items(), reverse=True):
        years.setdefault(year, []).append(_month(reference, zone, year, month, rows))
    return [
        {"year": year, "postCount": sum(month["postCount"] for month in of_year), "months": of_year}
        for year, of_year in years.items()
    ]


def _month(reference: Reference, zone: ZoneInfo, year: int, month: int, rows: Rows) -> dict[str, Any]:
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=zone)
    return {
        "year": year,
        "month": month,
        "postCount": len(rows),
        "from": rfc3339(datetime(year, month, 1, tzinfo=zone)),
        "before": rfc3339(following),
        "url": f"{reference.policy.site.url}/{year}/{month:02}",
        "rows": rows,
    }


@resolves("ArchiveMonth.posts")
async def _posts_of_month(month: Any, _: Reference, orderBy: str | None = "NEWEST", **paging: Any) -> Any:
    return page(month["rows"], ORDERS[orderBy or "NEWEST"], **paging)


@resolves("Post.previous", "Post.next")
async def _neighbour(post: Post, reference: Reference, info: Info) -> Any:
    if post.status is PostStatus.DRAFT:
        return None
    of_kind = await reference.rows(Post.filter(kind=post.kind))
    public = [each for each in of_kind if await _status(each, reference) == "PUBLISHED"]
    place, nearest = keys(post, "published_at"), min if info.field_name == "next" else max
    beyond = [
        each
        for each in public
        if keys(each, "published_at") != place
        and (keys(each, "published_at") > place) is (info.field_name == "next")
    ]
    return nearest(beyond, key=lambda each: keys(each, "published_at"), default=None)


@resolves("Query.comments", "User.comments")
async def _comments(
    parent: Any,
    reference: Reference,
    filter: dict[str, Any] | None = None,
    status: str | None = None,
    **paging: Any,
) -> Any:
    given = None
    if filter is not None or status is not None:
        filter = filter or {"status": status}  # noqa: A001 - as the argument
        status = filter.get("status")
        given = SimpleNamespace(
            post=filter.get("post"),
            author=filter.get("author"),
            under=None,
            status=None if status is None else CommentDecision(status),
        )
    listed = comments.of_site(reference.viewer, given)
    if parent is not None:
        listed = listed.filter(author_id=parent.id)
    rows = await reference.rows(listed)
    if filter is not None and filter.get("under") is not None:
        everything = {comment.id: comment for comment in await reference.rows(Comment.all())}
        rows = [row for row in rows if filter["under"] in _way_up(row, everything)]
    return page(rows, COMMENT_ORDERS["NEWEST"], **paging)


def _way_up(comment: Comment, everything: dict[int, Comment]) -> list[str]:
    """The comment, what it replies to, and so on."""
    way = [f"comment_{comment.id}"]
    return way if comment.parent_id is None else way + _way_up(everything[comment.parent_id], everything)


@resolves("Post.feeds", "Category.feeds", "Tag.feeds", "User.feeds")
async def _feeds(row: Any, reference: Reference) -> Any:
    of_post, folder = isinstance(row, Post), SECTIONS[TYPES[type(row)].lower()][0]
    name = row.username if isinstance(row, User) else row.slug
    title = f"Comments: {row.title}" if of_post else row.name
    if name is None or (of_post and row.status is PostStatus.DRAFT):
        return []
    if of_post and row.language.startswith("fr"):
        title = f"Commentaires : {row.title}"
    where = f"{reference.policy.site.url}/{folder}/{name}/{'comments' if of_post else 'feed'}"
    return [
        {"title": title, "format": name, "url": f"{where}.{name.lower()}", "comments": of_post}
        for name in ("ATOM", "RSS", "JSON")
    ]


@dataclass(frozen=True)
class Hit:
    """A post or a comment that was found; its place is its key."""

    id: int
    node: Post | Comment
    score: float
    title: list[Any]
    snippet: list[Any]

    @property
    def pk(self) -> int:
        return self.id


@resolves("Query.search")
async def _search(
    _: Any,
    reference: Reference,
    query: str,
    filter: dict[str, Any] | None = None,
    **arguments: Any,
) -> Any:
    """A look at every word of every text that a list shows."""
    asked, kinds = parsed(query, reference.policy.site.language), arguments.pop("in", None)
    shown = {f"comment_{row.id}": row for row in await reference.rows(comments.of_site(reference.viewer))}
    for kind in (PostKind.ARTICLE, PostKind.PAGE):
        listed = posts.listed(reference.viewer, _post_filter({"kind": kind}), PostOrder.NEWEST)
        shown |= {f"post_{row.id}": row for row in await reference.rows(listed)}
    every = [text for text in await texts() if text.id in shown]
    hits = []
    for text in every:
        row = shown[text.id]
        post = row if isinstance(row, Post) else await _post_of(row, reference)
        if kinds is not None and ("POSTS" if text.is_post else "COMMENTS") not in kinds:
            continue
        if await _is_left_out(reference, filter or {}, row, post, text.moment):
            continue
        if found(asked, [text], lambda day: datetime.combine(day, time(), UTC)):
            hits.append(_hit(asked, row, post, text))
    return page(hits, ("id", True), **arguments)


def _hit(asked: Query, row: Any, post: Post, text: Text) -> Hit:
    titled = by_title(asked, text)
    at = place(text.moment, row.id, of_post=text.is_post, by_title=titled)
    title = marking.marked(post.title, marking.wanted_by(asked if text.is_post else Query()), post.language)
    shown = marking.snippet(plain(row.body_html), marking.wanted_by(asked), post.language)
    return Hit(at, row, 2 if titled else 1, title, shown)


async def _is_left_out(
    reference: Reference, filter: dict[str, Any], row: Any, post: Post, moment: datetime
) -> bool:
    for name, find in (("category", _category), ("tag", _tag)):
        if filter.get(name) is not None:
            term = await find(None, reference, {"id": filter[name]})
            if term is None or post.id not in await _filed(reference, term):
                return True
    start, end = filter.get("publishedFrom"), filter.get("publishedBefore")
    language, author = filter.get("language"), filter.get("author")
    return (
        (author is not None and author != f"user_{row.author_id}")
        or (language is not None and language.lower() != post.language.lower())
        or (start is not None and moment < start)
        or (end is not None and moment >= end)
    )


# Rows.


@resolves("Post.author", "Comment.author")
async def _author(row: Any, reference: Reference) -> Any:
    return None if row.author_id is None else await reference.first(User.filter(id=row.author_id))


@resolves("Post.category")
async def _category_of(post: Post, reference: Reference) -> Any:
    return await reference.first(Category.filter(id=post.category_id))


@resolves("Post.image")
async def _image(post: Post, reference: Reference) -> Any:
    return await reference.first(Image.filter(id=post.image_id or 0))


@resolves("User.avatar")
async def _avatar(user: User, reference: Reference) -> Any:
    return await reference.first(Image.filter(id=user.avatar_id or 0))


@resolves("Image.url")
async def _image_url(image: Image, reference: Reference) -> str:
    return f"{reference.policy.site.media_url}/{name_of(image.digest)}"


@resolves("Image.sized")
async def _image_sized(image: Image, reference: Reference, width: int) -> str:
    fit = [each for each in WIDTHS if width <= each < image.width]
    return f"{reference.policy.site.media_url}/{name_of(image.digest, min(fit, default=None))}"


@resolves("Post.categories", "Post.tags")
async def _terms_of(post: Post, reference: Reference, info: Info) -> Any:
    """Where it is filed, in the order of the places."""
    of, model, key = TERMS[info.field_name]
    rows = await reference.rows(of.filter(post_id=post.id))
    found = {term.id: term for term in await reference.rows(model.all())}
    return [
        found[getattr(row, key)] for row in sorted(rows, key=lambda row: (row.position, getattr(row, key)))
    ]


TERMS: dict[str, tuple[Any, Any, str]] = {
    "categories": (PostCategory, Category, "category_id"),
    "tags": (PostTag, Tag, "tag_id"),
}


@resolves("Comment.post")
async def _post_of(comment: Comment, reference: Reference) -> Any:
    return await reference.first(Post.filter(id=comment.post_id))


@resolves("Comment.parent")
async def _parent(comment: Comment, reference: Reference) -> Any:
    return await _node(None, reference, f"comment_{comment.parent_id or 0}")


@resolves("Post.linkbacks")
async def _linkbacks(post: Post, reference: Reference, kind: str | None = None, **paging: Any) -> Any:
    of_post = await reference.rows(Linkback.filter(post_id=post.id))
    shown = ["APPROVED", "PENDING"] if reference.viewer.is_moderator else ["APPROVED"]
    listed = [row for row in of_post if row.status in shown and kind in (None, row.kind)]
    return page(listed, ("received_at", True), **paging)


@resolves("Post.shareLinks")
async def _share_links(post: Post, reference: Reference) -> Any:
    site = reference.policy.site
    url = post.address or f"{site.url}/posts/{post.slug}"
    blanks = {"{url}": url, "{title}": post.title, "{text}": f"{post.title} {url}"}
    blanks["{text:300}"] = blanks["{text}"]  # no title of the blog's is long
    links = []
    for service in site.share_services:
        filled = service.url_template
        for blank, value in blanks.items():
            filled = filled.replace(
                blank,
                "".join(
                    f"%{byte:02X}" if chr(byte) not in UNRESERVED else chr(byte) for byte in value.encode()
                ),
            )
        links.append({"service": service, "url": filled})
    return links


UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
"""What RFC 3986 leaves as it is wherever it stands."""


@resolves("ShareService.id")
async def _service_id(service: Any, _: Reference) -> str:
    return str(service.id)


@resolves("Query.linkbacks")
async def _linkbacks_of_site(
    _: Any, reference: Reference, filter: dict[str, Any] | None = None, **paging: Any
) -> Any:
    given = {name: value for name, value in (filter or {}).items() if value is not None}
    shown = [given["status"]] if "status" in given else ["APPROVED", "PENDING"]
    if not reference.viewer.is_moderator:
        shown = [status for status in shown if status == "APPROVED"]
    seen = {post.id for post in await reference.rows(posts.visible(reference.viewer))}
    listed = [
        row
        for row in await reference.rows(Linkback.all())
        if row.status in shown
        and row.post_id in seen
        and given.get("kind", row.kind) == row.kind
        and given.get("post", f"post_{row.post_id}") == f"post_{row.post_id}"
    ]
    return page(listed, ("received_at", True), **paging)


@resolves("Post.trackbackUrl")
async def _trackback_url(post: Post, reference: Reference) -> str:
    return f"{reference.policy.site.url}/trackbacks/post_{post.id}"


@resolves("Linkback.viewerCanModerate")
async def _viewer_can_decide(linkback: Linkback, reference: Reference) -> bool:
    try:
        requirements.require_may_decide_linkback(
            reference.viewer, linkback, await _post_linked(linkback, reference)
        )
    except DomainError:
        return False
    return True


@resolves("Linkback.post")
async def _post_linked(linkback: Linkback, reference: Reference) -> Any:
    return await reference.first(Post.filter(id=linkback.post_id))


@resolves("Comment.replies")
async def _replies(comment: Comment, reference: Reference, orderBy: str | None, **paging: Any) -> Any:
    orderBy = orderBy or "OLDEST"
    listed = comments.replies(reference.viewer, CommentOrder[orderBy]).filter(parent_id=comment.id)
    return page(await reference.rows(listed), COMMENT_ORDERS[orderBy], **paging)


@resolves("Post.comments")
async def _comments_of(
    post: Post,
    reference: Reference,
    orderBy: str | None,
    flat: bool | None,
    **paging: Any,
) -> Any:
    orderBy = orderBy or "NEWEST"
    listed = comments.of_post(reference.viewer, CommentOrder[orderBy], flat=bool(flat)).filter(
        post_id=post.id
    )
    return page(await reference.rows(listed), COMMENT_ORDERS[orderBy], **paging)


@resolves("Comment.status")
async def _decision(comment: Comment, _: Reference) -> str:
    return comment.decision.value


@resolves("Comment.isNew")
async def _is_new(comment: Comment, reference: Reference) -> bool:
    """What all see, somebody else wrote and came after what the viewer has seen of the post."""
    me = reference.viewer.id
    seen = [
        visit.seen_number
        for visit in await reference.rows(PostVisit.all())
        if visit.user_id == me and visit.post_id == comment.post_id
    ]
    is_public = comment.status.value == "APPROVED" and comment.deleted_at is None
    return is_public and comment.author_id != me and any(comment.shown_number > number for number in seen)


async def _new_of(post: Post, reference: Reference) -> Rows:
    return [
        comment
        for comment in await reference.rows(Comment.filter(post_id=post.id))
        if await _is_new(comment, reference)
    ]


@resolves("Post.newCommentCount")
async def _new_comment_count(post: Post, reference: Reference) -> int:
    return len(await _new_of(post, reference))


@resolves("Post.firstNewComment")
async def _first_new_comment(post: Post, reference: Reference) -> Any:
    new = await _new_of(post, reference)
    return min(new, key=lambda comment: (comment.shown_number, comment.id), default=None)


@resolves("Comment.deleted")
async def _deleted(comment: Comment, _: Reference) -> bool:
    return comment.deleted_at is not None


@resolves(
    "Comment.viewerCanEdit", "Comment.viewerCanDelete", "Comment.viewerCanReply", "Comment.viewerCanModerate"
)
async def _viewer_can(comment: Comment, reference: Reference, info: Info) -> bool:
    """Whether the verb would do it: it asks one by one and says why not."""
    post = await _post_of(comment, reference)
    try:
        match info.field_name:
            case "viewerCanEdit":
                requirements.require_may_edit_comment(reference.viewer, reference.policy.auth, comment, post)
            case "viewerCanDelete":
                requirements.require_may_delete_comment(reference.viewer, comment, post)
            case "viewerCanReply":
                requirements.require_may_reply(
                    reference.viewer, reference.policy.auth, comment, post, guest=reference.is_guest
                )
                return bool(post.comments_open)
            case _:
                requirements.require_may_decide_comment(reference.viewer, comment, post)
    except DomainError:
        return False
    return True


@resolves("Post.viewerCanEdit", "Post.viewerCanComment")
async def _viewer_can_to_post(post: Post, reference: Reference, info: Info) -> bool:
    try:
        if info.field_name == "viewerCanEdit":
            requirements.require_may_change_post(reference.viewer, post)
            return True
        requirements.require_may_comment(
            reference.viewer, reference.policy.auth, post, guest=reference.is_guest
        )
    except DomainError:
        return False
    return bool(post.comments_open)


@resolves("Post.status")
async def _status(post: Post, reference: Reference) -> str:
    is_due = post.counted or post.published_at <= reference.viewer.now
    return post.status.value if post.status is PostStatus.DRAFT or is_due else "SCHEDULED"


@resolves("Post.publishedAt")
async def _published_at(post: Post, _: Reference) -> str | None:
    return None if post.status is PostStatus.DRAFT else rfc3339(post.published_at)


@resolves("Post.url")
async def _url(post: Post, reference: Reference) -> str:
    return post.address or f"{reference.policy.site.url}/posts/{post.slug}"


@resolves("Tag.url")
async def _tag_url(tag: Tag, reference: Reference) -> str:
    return f"{reference.policy.site.url}/tags/{tag.slug}"


@resolves("Post.feedCursor")
async def _feed_cursor(_: Post, reference: Reference) -> str:
    feed: Feed = await reference.first(Feed.all())
    return feed.cursor


@resolves("Category.parent")
async def _parent_category(category: Category, reference: Reference) -> Any:
    return await reference.first(Category.filter(id=category.parent_id or 0))


@resolves("Category.children")
async def _children(category: Category, reference: Reference) -> Any:
    return _menu(await reference.rows(Category.all()), category.id)


@resolves("Category.postCount", "Tag.postCount")
async def _post_count(term: Category | Tag, reference: Reference) -> int:
    """The articles there that everybody sees, whether or not anybody has noticed that they came due."""
    filed = await _filed(reference, term)
    listed = await reference.rows(Post.filter(kind=PostKind.ARTICLE))
    public = [post for post in listed if await _status(post, reference) == "PUBLISHED"]
    return len([post for post in public if post.id in filed])


@resolves("User.email")
async def _email(user: User, reference: Reference) -> str | None:
    is_own = user.id == reference.viewer.id
    address = user.email or user.guest_email
    return address if is_own or reference.viewer.role is Role.ADMIN else None


@resolves("User.sessions")
async def _sessions(user: User, reference: Reference) -> list[Session]:
    if reference.viewer.id != user.id:
        return []
    found = await reference.rows(Session.filter(user_id=user.id))
    living = [each for each in found if each.expires_at > reference.viewer.now]
    return sorted(living, key=lambda each: (each.created_at, each.id), reverse=True)


@resolves("User.isGuest")
async def _is_guest(user: User, _: Reference) -> bool:
    return user.username is None


@resolves("Post.revisions", "Comment.revisions")
async def _revisions(row: Any, reference: Reference, **paging: Any) -> Any:
    viewer = reference.viewer
    sees_all = viewer.is_admin if isinstance(row, Post) else viewer.is_moderator
    if not sees_all and (viewer.id is None or row.author_id != viewer.id):
        return page([], ("number", True), **paging)
    found = (
        PostRevision.filter(post_id=row.id)
        if isinstance(row, Post)
        else CommentRevision.filter(comment_id=row.id)
    )
    return page(await reference.rows(found), ("number", True), **paging)


@resolves("Query.users")
async def _users(
    _: Any, reference: Reference, orderBy: str | None, filter: dict[str, Any] | None = None, **paging: Any
) -> Any:
    given = {name: value for name, value in (filter or {}).items() if value is not None}
    wanted = given.get("query", "").strip().lower()
    order = USER_ORDERS[orderBy or "NEWEST"]
    if not reference.viewer.is_moderator:
        return page([], order, **paging)

    def fits(user: User) -> bool:
        texts = [user.username, user.name, user.email if reference.viewer.is_admin else None]
        return any(wanted in (text or "").lower() for text in texts)

    listed = [
        user
        for user in await reference.rows(User.all())
        if user.username is not None and fits(user) and given.get("role", user.role) == user.role
    ]
    return page(listed, order, **paging)


@resolves("Query.outgoingLinkbacks")
async def _outgoing_linkbacks_of_site(
    _: Any, reference: Reference, filter: dict[str, Any] | None = None, **paging: Any
) -> Any:
    status = (filter or {}).get("status")
    rows = await reference.rows(OutgoingLinkback.all()) if reference.viewer.is_admin else []
    return page([row for row in rows if status in (None, row.status)], ("id", True), **paging)


@resolves("OutgoingLinkback.post")
async def _post_that_links(row: OutgoingLinkback, reference: Reference) -> Any:
    return await reference.first(Post.filter(id=row.post_id))


@resolves("Query.imports")
async def _imports(_: Any, reference: Reference, **paging: Any) -> Any:
    rows = await reference.rows(ImportReport.all()) if reference.viewer.is_admin else []
    return page(rows, ("id", True), **paging)


@resolves("ImportReport.kinds")
async def _kinds(report: ImportReport, _: Reference) -> Any:
    names = {
        "left_out": "leftOut",
        "reasons_for_leaving_out": "reasonsForLeavingOut",
        "reasons_for_changing": "reasonsForChanging",
    }
    return [
        {names.get(name, name): value for name, value in account.items()}
        for account in json.loads(report.account)
    ]


@resolves("Post.outgoingLinkbacks")
async def _outgoing_linkbacks(post: Post, reference: Reference) -> list[OutgoingLinkback]:
    if not reference.viewer.is_admin and (
        reference.viewer.id is None or post.author_id != reference.viewer.id
    ):
        return []
    found = await reference.rows(OutgoingLinkback.filter(post_id=post.id))
    return sorted(found, key=lambda each: each.id)


@resolves("PostRevision.author", "CommentRevision.author")
async def _author_of_revision(row: Any, reference: Reference) -> Any:
    return None if row.author_id is None else await reference.first(User.filter(id=row.author_id))


TOLD_WHICH = (_terms_of, _viewer_can, _viewer_can_to_post, _neighbour)
"""Resolvers of several fields, which want to know which of them is asked for."""
