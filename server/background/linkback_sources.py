"""Looking at pages that are said to link here: each is fetched, and what it says decides about its linkback."""

from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from jobs import Attempt, Handler, JobError
from linkbacks.source_page import read_source
from linkbacks.source_words import Words
from resolvers import linkback_verification
from resolvers.linkback_verification import Inquiry
from resolvers.policy import Policy
from runtime.fair_queue import Client
from runtime.thread_limiter import ThreadLimiter
from server.background.lazy_fetcher import LazyFetcher
from server.config import policies
from server.config.settings import Settings

if TYPE_CHECKING:
    from jobs.fetched import Fetched

MOST_BYTES = 2**20
"""Bytes of a page that are searched for its link."""
ATTEMPTS = 8
"""Over about half an hour: whoever says that a page links here has it there already."""
AT_ONCE = 4
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
ACCEPT = {"accept": "text/html, application/xhtml+xml, text/plain;q=0.5, application/json;q=0.5, */*;q=0.1"}
PAGES = ThreadLimiter("linkback-sources", at_once=1, waiting=AT_ONCE)


def verifying(settings: Settings, fetcher: LazyFetcher) -> Handler:
    """Who looks at the pages."""
    run = partial(_verify, policies.policy(settings), fetcher)
    return Handler(run, at_once=AT_ONCE, seconds=90.0, attempts=ATTEMPTS)


async def _verify(policy: Policy, fetcher: LazyFetcher, attempt: Attempt) -> None:
    linkback_id: int = attempt.payload["linkback"]
    inquiry = await linkback_verification.inquiry(policy, linkback_id)
    if inquiry is None:
        return
    try:
        page = await _fetched(fetcher, inquiry)
    except JobError as error:
        if not error.permanent and attempt.number < ATTEMPTS:
            raise
        await linkback_verification.give_up(linkback_id, datetime.now(UTC))
        return
    words, now = await _words(page, inquiry), datetime.now(UTC)
    if words is None:
        await linkback_verification.gone(linkback_id, now)
        return
    said = attempt.payload.get("words")
    await linkback_verification.confirm(policy, linkback_id, words, said and Words(**said), now)


async def _fetched(fetcher: LazyFetcher, inquiry: Inquiry) -> "Fetched":
    """The page, or that there is none; raises JobError where that is not known."""
    page = await fetcher.fetch(inquiry.source, headers=ACCEPT, most_bytes=MOST_BYTES, cut=True)
    return page if page.status in GONE else page.require_success()


async def _words(page: "Fetched", inquiry: Inquiry) -> Words | None:
    """None where there is no link; a page that leads to the post itself, by redirects, has none."""
    if page.status in GONE or inquiry.leads(page.url):
        return None
    content_type = page.headers.get("content-type", "")
    return await PAGES.run(Client(None), read_source, page.body, content_type, page.url, inquiry.leads)
