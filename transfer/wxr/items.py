"""Posts and pages as WordPress' items, with their pictures, which are items, too."""

from collections import defaultdict
from datetime import UTC, datetime

from media.names import name_of
from models import Image, PathAlias, Post, PostCategory, PostKind, PostSlug, PostStatus, PostTag
from transfer.wxr.comments import Comments
from transfer.wxr.head import Site, login
from transfer.wxr.text import body, escaped, nicename
from transfer.wxr.xml import Feed, mail_date

TYPES = {PostKind.ARTICLE: "post", PostKind.PAGE: "page"}
POSTS_AT_ONCE = 50
LONGEST_SLUG = 200


class Items:
    """Writes posts, some at a time; a picture's number is above those of all posts."""

    def __init__(self, feed: Feed, site: Site, comments: Comments, last_post: int) -> None:
        self._feed = feed
        self._site = site
        self._comments = comments
        self._last_post = last_post
        self._now = datetime.now(UTC)

    async def write(self, posts: list[Post]) -> None:
        """Write these posts with all that belongs to them."""
        ids = [post.id for post in posts]
        terms = await _terms(ids)
        olds = await _old_slugs(ids)
        for post in posts:
            with self._feed.element("item"):
                self._head(post)
                self._fields(post)
                for domain, slug, name in terms[post.id]:
                    self._feed.text("category", escaped(name), domain=domain, nicename=nicename(slug))
                self._notes(post, olds[post.id])
                await self._comments.write(post)

    async def pictures(self) -> None:
        """Write the pictures that posts have as theirs; WordPress fetches them from where they are."""
        shown = {
            post.image_id for post in await Post.filter(image_id__isnull=False).distinct().only("image_id")
        }
        for image in await Image.filter(id__in=shown).order_by("id"):
            address = f"{self._site.media_url}/{name_of(image.digest)}"
            with self._feed.element("item"):
                self._feed.text("title", f"picture-{image.id}")
                self._feed.text("link", address)
                self._feed.texts("wp", post_id=self._last_post + image.id)
                self._feed.date("post_date", image.created_at)
                self._feed.texts("wp", status="inherit", post_type="attachment", attachment_url=address)
                self._feed.meta("_wp_attachment_image_alt", escaped(image.alt))

    def _head(self, post: Post) -> None:
        feed, address = self._feed, f"{self._site.url}/posts/{nicename(post.slug)}"
        is_draft = post.status is PostStatus.DRAFT
        feed.text("title", escaped(post.title))
        feed.text("link", address)
        feed.text("pubDate", "" if is_draft else mail_date(post.published_at))
        feed.text("dc:creator", login(post.author))
        feed.text("guid", f"{self._site.url}/?p={post.id}", isPermaLink="false")
        feed.text("description", "")
        feed.text("content:encoded", body(post.body_html))
        feed.text("excerpt:encoded", escaped(post.excerpt) if post.excerpt_written else "")

    def _fields(self, post: Post) -> None:
        feed, is_open = self._feed, "open" if post.comments_open else "closed"
        is_draft = post.status is PostStatus.DRAFT
        feed.texts("wp", post_id=post.id)
        feed.date("post_date", post.created_at if is_draft else post.published_at, is_draft=is_draft)
        feed.date("post_modified", post.updated_at)
        feed.texts("wp", comment_status=is_open, ping_status=is_open, post_name=nicename(post.slug))
        feed.texts("wp", status=self._status(post), post_parent=0, menu_order=0, post_type=TYPES[post.kind])
        feed.texts("wp", post_password="", is_sticky=int(post.pinned))
        if post.language and post.language != self._site.language:
            feed.text("category", post.language, domain="language", nicename=post.language)

    def _status(self, post: Post) -> str:
        if post.status is PostStatus.DRAFT:
            return "draft"
        return "publish" if post.counted or post.published_at <= self._now else "future"

    def _notes(self, post: Post, olds: list[str]) -> None:
        if post.image_id is not None:
            self._feed.meta("_thumbnail_id", self._last_post + post.image_id)
        for old in olds:
            if old != post.slug:
                self._feed.meta("_wp_old_slug", nicename(old))


async def _terms(ids: list[int]) -> defaultdict[int, list[tuple[str, str, str]]]:
    """By post, its categories, the main one first, and its tags: of what kind, the slug, and the name."""
    found: defaultdict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for post in await Post.filter(id__in=ids).select_related("category"):
        found[post.id].append(("category", post.category.slug, post.category.name))
    filed = PostCategory.filter(post_id__in=ids, position__gt=0).order_by("position")
    for row in await filed.select_related("category"):
        found[row.post_id].append(("category", row.category.slug, row.category.name))
    for tagged in await PostTag.filter(post_id__in=ids).order_by("position").select_related("tag"):
        found[tagged.post_id].append(("post_tag", tagged.tag.slug, tagged.tag.name))
    return found


async def _old_slugs(ids: list[int]) -> defaultdict[int, list[str]]:
    """By post, the slugs that it had, here and in the last parts of its addresses elsewhere.

    WordPress sends who comes by one of them on to the post, whatever stands before it.
    """
    found: defaultdict[int, list[str]] = defaultdict(list)
    for slug in await PostSlug.filter(post_id__in=ids).order_by("slug"):
        found[slug.post_id].append(slug.slug)
    for alias in await PathAlias.filter(post_id__in=ids).order_by("path"):
        slug_there = _last_part(alias.path)
        if slug_there and alias.post_id is not None and slug_there not in found[alias.post_id]:
            found[alias.post_id].append(slug_there)
    return found


def _last_part(path: str) -> str:
    """The slug in an address, which is decoded; none in one that ends with a query."""
    last = path.rstrip("/").rpartition("/")[2].partition(".")[0]
    return "" if "?" in path or len(last) > LONGEST_SLUG else last
