"""What stands before the posts: the site, its authors, its tree of categories, and its tags."""

from collections.abc import Iterator
from dataclasses import dataclass

from models import Category, Post, Tag, User
from storage import execute
from transfer.wxr.text import escaped, nicename
from transfer.wxr.xml import Feed

WXR_VERSION = "1.2"


@dataclass(frozen=True, slots=True)
class Site:
    """What the site is called, where it and its pictures are, and its time zone; `language` is that of most posts."""

    title: str
    url: str
    media_url: str
    timezone: str = "UTC"
    language: str = ""


def login(user: User) -> str:
    """What WordPress calls an author."""
    return user.username or f"author-{user.id}"


async def main_language() -> str:
    """The language of most posts."""
    rows = await execute(
        "SELECT language FROM posts GROUP BY language ORDER BY count(*) DESC, min(id) LIMIT 1"
    )
    return rows[0]["language"] if rows else ""


async def write_head(feed: Feed, site: Site) -> None:
    """Write all of it."""
    feed.text("title", escaped(site.title))
    feed.text("link", site.url)
    feed.text("description", "")
    feed.text("language", site.language)
    feed.texts("wp", wxr_version=WXR_VERSION, base_site_url=site.url, base_blog_url=site.url)
    await _authors(feed)
    last = await _categories(feed)
    for tag in await Tag.all().order_by("id"):
        with feed.element("wp:tag"):
            feed.texts("wp", term_id=last + tag.id, tag_slug=nicename(tag.slug), tag_name=escaped(tag.name))
    feed.text("generator", "https://wordpress.org/?v=6.1.9")


async def _authors(feed: Feed) -> None:
    """Those who have written posts."""
    writers = {post.author_id for post in await Post.all().distinct().only("author_id")}
    for user in await User.filter(id__in=writers).order_by("id"):
        with feed.element("wp:author"):
            feed.texts(
                "wp",
                author_id=user.id,
                author_login=login(user),
                author_email=user.email or user.guest_email or "",
                author_display_name=escaped(user.name),
                author_first_name="",
                author_last_name="",
            )


async def _categories(feed: Feed) -> int:
    """Write the tree, and say what the highest number in it is."""
    categories = await Category.all().order_by("position", "id")
    slugs = {category.id: category.slug for category in categories}
    for category in _parents_first(categories):
        with feed.element("wp:category"):
            feed.texts(
                "wp",
                term_id=category.id,
                category_nicename=nicename(category.slug),
                category_parent=nicename(slugs[category.parent_id]) if category.parent_id else "",
                cat_name=escaped(category.name),
                category_description=escaped(category.description),
            )
    return max(slugs, default=0)


def _parents_first(categories: list[Category], parent: int | None = None) -> Iterator[Category]:
    for category in categories:
        if category.parent_id == parent:
            yield category
            yield from _parents_first(categories, category.id)
