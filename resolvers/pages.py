"""Pages of other sites: each becomes a post by its first comment, where the owner lets that site have conversations."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from urllib.parse import unquote, urlsplit

from models import PageAddress, Post, PostKind, PostStatus, Role, User
from models.errors import NotAllowed, NotFound
from models.page_address import page_key, page_origin, shown_page
from models.text import purged, shortened
from resolvers import archive_months, counters, filing, search_documents, slugs
from resolvers.policy import Policy
from resolvers.validation import TITLE_LENGTH, Validator, is_web_address

NO_OWNER = "This site has no administrator yet, to whom pages of other sites could belong."
_PORT = re.compile(r":[0-9]+\Z")


class PageFields(TypedDict, total=False):
    """As clients give them; without a title, the address is what the page is called."""

    url: str
    title: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is stored: its address, its key, the origin of the site, and what it is called."""

    address: str
    key: str
    origin: str
    title: str


def checked_page(checks: Validator, given: PageFields) -> Page:
    """The page; what is wrong with it is noted."""
    url, title = given.get("url") or "", given.get("title")
    address = shown_page(url) if is_web_address(url.strip()) else ""
    if not address:
        checks.refuse("page.url", "The url is not an http or https address of up to 2,000 characters.")
    title = checks.line("page.title", title, longest=TITLE_LENGTH, optional=True)
    return Page(address, page_key(address), page_origin(address), title or _named(address))


async def page_post_id(page: Page) -> int | None:
    """The post that stands for the page, if anybody has commented there."""
    found = await PageAddress.get_or_none(key=page.key)
    return None if found is None else found.post_id


def require_may_begin(policy: Policy, page: Page, parent: str | None) -> None:
    """Whether a first comment may make the page a post. Raises NotAllowed, NotFound (what it is a reply to)."""
    if not {page.origin, _any_port(page.origin)} & {*policy.page_origins}:
        raise NotAllowed(f"Pages of {page.origin} have no conversations here.")
    if parent is not None:
        raise NotFound("There is no such comment.")


async def made_post_id(policy: Policy, page: Page, parent: str | None, now: datetime) -> int:
    """The post that stands for the page, which is made if there is none. Joins a unit of work.

    It belongs to the administrator who has been here longest, and is filed under what has no category, as pages that
    are imported. Raises NotAllowed, NotFound; IntegrityError where somebody else has just made it: ask again in
    another unit.
    """
    if (known := await page_post_id(page)) is not None:
        return known
    require_may_begin(policy, page, parent)
    owner = await User.filter(role=Role.ADMIN).order_by("id").only("id").first()
    if owner is None:
        raise NotAllowed(NO_OWNER)
    await archive_months.opened([now])
    category = await filing.uncategorized()
    post = await _insert(policy, page, now, owner.id, category)
    await PageAddress.create(key=page.key, post_id=post.id)
    await slugs.keep(post)
    await filing.file(post, [category])
    await search_documents.note_post(post)
    await counters.count_post(post)
    return int(post.id)


async def _insert(policy: Policy, page: Page, now: datetime, author: int, category: int) -> Post:
    return await Post.create(
        kind=PostKind.EXTERNAL,
        status=PostStatus.PUBLISHED,
        slug=await slugs.post_slug(page.title, None),
        title=page.title,
        address=page.address,
        body="",
        body_html="",
        excerpt="",
        language=policy.site.language,
        published_at=now,
        created_at=now,
        updated_at=now,
        last_commented_at=counters.NEVER,
        author_id=author,
        category_id=category,
    )


def _named(address: str) -> str:
    """What a page without a title is called: where it is, without the scheme."""
    parts = urlsplit(address)
    where = " ".join(purged(f"{parts.netloc}{unquote(parts.path).rstrip('/')}").split())
    return shortened(where, longest=TITLE_LENGTH)


def _any_port(origin: str) -> str:
    """The origin as a setting has it that allows each of the host's ports."""
    return f"{_PORT.sub('', origin)}:*"
