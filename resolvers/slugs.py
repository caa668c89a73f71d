"""Names for addresses: made from a title, unique, and kept for good.

All slugs that posts have had stand in `PostSlug`, so that an old one still finds its post and is given to
no other.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from itertools import count, islice

from slugify import slugify

from models import Category, Post, PostSlug, Tag
from models.errors import InvalidInput
from resolvers.validation import SLUG_LENGTH

_APOSTROPHES = str.maketrans(
    dict.fromkeys(
        "`\u00b4\u02b9\u02bb\u02bc\u02bd\u055a\u2018\u2019\u201b\u2032\u2035\ua78c\uff07\uff40", "'"
    )
)
"""What keyboards and word processors put in its place; transliteration drops some of them and keeps others."""

Taken = Callable[[Collection[str]], Awaitable[set[str]]]


def slug_of(title: str, *, otherwise: str) -> str:
    """The title in lower case, transliterated to ASCII, its words joined by hyphens; an apostrophe ends a word."""
    return slugify(title.translate(_APOSTROPHES), max_length=SLUG_LENGTH, word_boundary=True) or otherwise


async def post_slug(title: str, chosen: str | None, post_id: int | None = None) -> str:
    """A slug for the post that no other has had: the chosen one, or one made from the title.

    The post's own earlier slugs are free for it. Raises InvalidInput when the chosen one is taken.
    """

    async def taken(slugs: Collection[str]) -> set[str]:
        rows = await PostSlug.filter(slug__in=slugs).values_list("slug", "post_id")
        return {slug for slug, owner in rows if owner != post_id}

    return await _free(slug_of(title, otherwise="post"), chosen, taken)


async def category_slug(name: str, chosen: str | None, category_id: int | None = None) -> str:
    """A slug for the category that no other has. Raises InvalidInput when the chosen one is taken."""

    async def taken(slugs: Collection[str]) -> set[str]:
        rows = await Category.filter(slug__in=slugs).values_list("slug", "id")
        return {slug for slug, owner in rows if owner != category_id}

    return await _free(slug_of(name, otherwise="category"), chosen, taken)


async def tag_slug(name: str) -> str:
    """A slug for a new tag that no other has."""

    async def taken(slugs: Collection[str]) -> set[str]:
        return {row["slug"] for row in await Tag.filter(slug__in=slugs).values("slug")}

    return await _first_free(slug_of(name, otherwise="tag"), taken)


async def keep(post: Post) -> None:
    """Note the post's slug among those that find it."""
    if not await PostSlug.filter(slug=post.slug).exists():
        await PostSlug.create(slug=post.slug, post_id=post.id)


async def _free(made: str, chosen: str | None, taken: Taken) -> str:
    if chosen is None:
        return await _first_free(made, taken)
    if await taken([chosen]):
        raise InvalidInput([("slug", "The slug is taken.")])
    return chosen


async def _first_free(base: str, taken: Taken) -> str:
    """The base, or the base with the smallest free number; asks for more at once the longer it takes."""
    candidates, at_once = _numbered(base), 16
    while True:
        these = list(islice(candidates, at_once))
        gone = await taken(these)
        for slug in these:
            if slug not in gone:
                return slug
        at_once = min(4 * at_once, 1000)


def _numbered(base: str) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base}-{number}"
