"""What has come of looking at a page that is said to link here.

A link that is there lets a linkback go on to a moderator, or makes it public, as the site wants it; one that is gone
ends it. What a moderator has removed stays removed, whatever its page says.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from linkbacks.source_words import Words
from models import Linkback, LinkbackKind, LinkbackStatus
from models.text import is_blank, purged, shortened
from resolvers.due_posts import publishing_due_posts
from resolvers.linkback_addresses import leads_to
from resolvers.linkback_receipt import REFUSED_FOR_GOOD
from resolvers.linkback_rows import linkback_and_post, remove, store
from resolvers.policy import LinkbackReception, Policy
from storage import unit_of_work

LONGEST = {"title": 200, "excerpt": 500, "site_name": 200, "author_name": 100}


class Inquiry(NamedTuple):
    """What has to be looked at: the page at `source`, for a link that `leads` to the post."""

    source: str
    leads: Callable[[str], bool]


async def inquiry(policy: Policy, linkback_id: int) -> Inquiry | None:
    """What to look at; None where nobody wants to know any more."""
    linkback, post = await linkback_and_post(linkback_id)
    if linkback is None or post is None or linkback.status in REFUSED_FOR_GOOD:
        return None
    return Inquiry(linkback.source_url, await leads_to(post, policy.site))


@publishing_due_posts
@unit_of_work
async def confirm(policy: Policy, linkback_id: int, words: Words, said: Words | None, now: datetime) -> None:
    """The link is there. `words` are the page's, `said` those of who sent a trackback for it.

    Where moderators decide, one whose words have changed waits for them again.
    """
    linkback, post = await linkback_and_post(linkback_id, locked_at=now)
    if linkback is None or post is None or linkback.status in REFUSED_FOR_GOOD:
        return
    before, is_open = linkback.status, policy.linkbacks.reception is LinkbackReception.OPEN
    changed = _rewrite(linkback, words, said)
    if before is LinkbackStatus.VERIFYING:
        linkback.status = LinkbackStatus.APPROVED if is_open else LinkbackStatus.PENDING
    elif changed and not is_open:
        linkback.status = LinkbackStatus.PENDING
    linkback.verified_at = now
    await store(post, linkback, before)


@publishing_due_posts
@unit_of_work
async def gone(linkback_id: int, now: datetime) -> None:
    """The page, or its link, is not there, or no longer."""
    linkback, post = await linkback_and_post(linkback_id, locked_at=now)
    if linkback is not None and post is not None and linkback.status not in REFUSED_FOR_GOOD:
        await remove(post, linkback)


@publishing_due_posts
@unit_of_work
async def give_up(linkback_id: int, now: datetime) -> None:
    """The page could not be looked at: one that nobody has ever verified goes, and others stay as they were."""
    linkback, post = await linkback_and_post(linkback_id, locked_at=now)
    if linkback is not None and post is not None and linkback.status is LinkbackStatus.VERIFYING:
        await remove(post, linkback)


def _rewrite(linkback: Linkback, page: Words, said: Words | None) -> bool:
    """Give it the words that are its own; whether they are others than before.

    Of a trackback its sender's count, and what the page says only where they have said nothing. Those are the first
    sender's: anybody can send another for a page that is none of theirs.
    """
    words = page
    if linkback.kind is LinkbackKind.TRACKBACK:
        if linkback.verified_at is not None:
            return False
        words = _either(said or Words(), page)
    new = {name: _fitting(getattr(words, name), longest) for name, longest in LONGEST.items()}
    new["author_name"] = new["author_name"] or None
    changed = {name: value for name, value in new.items() if getattr(linkback, name) != value}
    for name, value in changed.items():
        setattr(linkback, name, value)
    return bool(changed)


def _either(first: Words, second: Words) -> Words:
    return Words(*(getattr(first, name) or getattr(second, name) for name in LONGEST))


def _fitting(value: str, longest: int) -> str | None:
    """One line without what no page should show, cut between words."""
    text = shortened(" ".join(purged(value[: 20 * longest]).split()), longest=longest)
    return "" if is_blank(text) else text
