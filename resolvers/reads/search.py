"""What is found by words: posts and comments, as lists show them to the viewer."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from pypika_tortoise.queries import Query as Select
from pypika_tortoise.queries import Table
from pypika_tortoise.terms import Case, Criterion, Term
from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from auth import permissions
from auth.names import normal_username
from auth.viewer import Viewer
from compiler import Matched, Placeholder
from compiler.terms import Exists, Scalar
from models import PostKind, SearchDocument
from resolvers import lookups
from resolvers.ids import primary_key
from resolvers.policy import Site
from resolvers.slugs import slug_of
from search import marking, matching
from search.marking import Segment
from search.places import TITLES_FROM, since
from search.query import Query, parsed


class SearchKind(StrEnum):
    """What is looked for."""

    POSTS = "POSTS"
    COMMENTS = "COMMENTS"


class Filter(Protocol):
    """What hits can be narrowed to; None means no matter, anything else may be a placeholder."""

    category: Any
    tag: Any
    author: Any
    language: Any
    published_from: Any
    published_before: Any


KINDS = (PostKind.ARTICLE, PostKind.PAGE)
"""What has a text of this site."""
OF_POSTS, OF_COMMENTS = Q(comment_id__isnull=True), Q(comment_id__isnull=False)


def hits(viewer: Viewer, site: Site, query: Any, kinds: Any, filter: Filter | None) -> Matched:
    """What the viewer finds, that which is called so first, and then the newest."""
    found = SearchDocument.filter(_visible(viewer))
    if filter is not None:
        found = found.filter(*_conditions(filter))
    asked = {
        "sqlite": _asked(site, query, matching.fts5),
        "postgresql": _asked(site, query, matching.tsquery),
    }
    places = [
        _asked(site, query, lambda each: each.place),
        *([] if kinds is None else [kinds.map(_only, "text")]),
    ]
    narrowed = _narrowed(site, query, places)
    return Matched(found.order_by("-id"), asked, column="words", index="search_words", narrowed=narrowed)


def _only(kinds: Collection[SearchKind]) -> str | None:
    """The one kind that is looked for; none that there is, if it is none; None for all."""
    asked = {SearchKind(kind) for kind in kinds}
    return None if len(asked) == len(SearchKind) else "".join(asked)


def visible(_: Viewer) -> QuerySet[SearchDocument]:
    """Nothing: a hit has no id by which it could be found again."""
    return SearchDocument.filter(id=0)


def _visible(viewer: Viewer) -> Q:
    """What lists show: public articles and pages, and comments under visible posts."""
    posts = OF_POSTS & permissions.public_posts(viewer, "post__") & Q(post__kind__in=KINDS)
    comments = permissions.listed_comments(viewer, prefix="comment__")
    return posts | (OF_COMMENTS & comments & permissions.visible_posts(viewer, "post__"))


def _conditions(filter: Filter) -> list[Q]:
    author = None if filter.author is None else primary_key("user", filter.author)
    language = None if filter.language is None else lookups.language(filter.language)
    given = [
        None
        if filter.category is None
        else Q(post__filed__category_id=primary_key("category", filter.category)),
        None if filter.tag is None else Q(post__tagged__tag_id=primary_key("tag", filter.tag)),
        None if author is None else _either("author_id", "author_id", author),
        None if language is None else Q(post__language=language),
        _moment("gte", filter.published_from),
        _moment("lt", filter.published_before),
    ]
    return [condition for condition in given if condition is not None]


def _moment(how: str, moment: Any) -> Q | None:
    return None if moment is None else _either(f"published_at__{how}", f"created_at__{how}", moment)


def _either(of_post: str, of_comment: str, value: Any) -> Q:
    """A condition on the post that is found, or on the comment."""
    return (OF_POSTS & Q(**{f"post__{of_post}": value})) | (
        OF_COMMENTS & Q(**{f"comment__{of_comment}": value})
    )


def _asked(site: Site, query: Any, change: Callable[[Query], Any], kind: str = "text") -> Placeholder:
    """Something of the query, which is known when it is asked."""
    placeholder: Placeholder = query.map(lambda text: change(parsed(text, site.language)), kind)
    return placeholder


def _narrowed(site: Site, query: Any, places: Sequence[Placeholder]) -> Callable[[Any], list[Term]]:
    """The conditions that the query itself may have; each holds where it names none."""
    author = _asked(site, query, lambda each: each.author and normal_username(each.author))
    category = _asked(site, query, lambda each: each.category and slug_of(each.category, otherwise="-"))
    tag = _asked(site, query, lambda each: each.tag and slug_of(each.tag, otherwise="-"))
    names = (("users", "username", author), ("categories", "slug", category), ("tags", "slug", tag))
    known = [_known(*each) for each in names]
    after = _asked(site, query, lambda each: _since(site, each.after), "int")
    before = _asked(site, query, lambda each: _since(site, each.before), "int")

    def conditions(row: Any) -> list[Term]:
        kind = Case().when(row.comment_id.isnull(), SearchKind.POSTS.value).else_(SearchKind.COMMENTS.value)
        second = Case().when(row.id >= TITLES_FROM, row.id - TITLES_FROM).else_(row.id)
        return [
            *known,
            author.isnull() | (_author(row) == _id_of("users", "username", author)),
            category.isnull()
            | _filed(row, "post_categories", "category_id", _id_of("categories", "slug", category)),
            tag.isnull() | _filed(row, "post_tags", "tag_id", _id_of("tags", "slug", tag)),
            *(place.isnull() | (kind == place) for place in places),
            after.isnull() | (second >= after),
            before.isnull() | (second < before),
        ]

    return conditions


def _author(row: Any) -> Term:
    """Whose the post or the comment is."""
    posts, comments = Table("posts"), Table("comments")
    of_post = Select.from_(posts).select(posts.author_id).where(posts.id == row.post_id)
    of_comment = Select.from_(comments).select(comments.author_id).where(comments.id == row.comment_id)
    return Case().when(row.comment_id.isnull(), Scalar(of_post)).else_(Scalar(of_comment))


def _id_of(table: str, column: str, name: Placeholder) -> Term:
    rows = Table(table)
    return Scalar(Select.from_(rows).select(rows.id).where(rows.field(column) == name))


def _known(table: str, column: str, name: Placeholder) -> Criterion:
    """Whether there is such a name; asked once, so that nothing else is asked of any hit where there is none."""
    known: Criterion = name.isnull() | _id_of(table, column, name).notnull()
    return known


def _filed(row: Any, table: str, column: str, term: Term) -> Criterion:
    filed = Table(table)
    of_post = (filed.post_id == row.post_id) & (filed.field(column) == term)
    return Exists(Select.from_(filed).select(1).where(of_post))


def _since(site: Site, day: date | None) -> int | None:
    """Where the day begins among the hits, in the site's time zone."""
    if day is None:
        return None
    return since(datetime.combine(day, time(), ZoneInfo(site.timezone)))


def score(row: Any, _: Viewer) -> Term:
    """How good a hit is: 2 when a post is called so."""
    return Case().when(row.id >= TITLES_FROM, 2.0).else_(1.0)


NEEDS_TITLE = ("comment_id", "post__title", "post__language")
LONG = 50_000
"""Characters of HTML, in all, that others should not wait for."""
NEEDS_TEXT = ("comment__body_html|post__body_html", "post__language")


def titles(rows: Sequence[dict[str, Any]], site: Site, query: str) -> list[list[Segment]]:
    """The titles of the posts; of a comment's post, nothing is marked."""
    wanted, nothing = marking.wanted_by(parsed(query, site.language)), marking.wanted_by(Query())
    return [
        marking.marked(row["post__title"], nothing if row["comment_id"] else wanted, row["post__language"])
        for row in rows
    ]


def snippets(
    rows: Sequence[dict[str, Any]], site: Site, query: str
) -> list[list[Segment]] | Awaitable[list[list[Segment]]]:
    """The texts around what was found; long ones are read in a thread, and waited for."""
    wanted = marking.wanted_by(parsed(query, site.language))

    def read() -> list[list[Segment]]:
        texts = ((marking.plain(row[NEEDS_TEXT[0]]), row["post__language"]) for row in rows)
        return [marking.snippet(text, wanted, language) for text, language in texts]

    is_long = sum(len(row[NEEDS_TEXT[0]]) for row in rows) > LONG
    return asyncio.to_thread(read) if is_long else read()
