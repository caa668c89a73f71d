"""Who tells other pages that posts link to them: asks a page how, tells it, and notes what it answered."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from jobs import Attempt, FetchError, FetchFailed, FetchRefused, Handler, JobError, Postponed
from linkbacks.discovery import MOST_PAGE_BYTES, Endpoint, Page, Protocol, endpoint_of
from linkbacks.outgoing import MOST_ANSWER_BYTES, Outcome, message, verdict
from resolvers import outgoing_linkbacks
from resolvers.policy import Site
from resolvers.telling import Telling, telling
from runtime.fair_queue import Client
from runtime.thread_limiter import ThreadLimiter
from server.background.lazy_fetcher import LazyFetcher
from server.background.linkback_pace import Pace
from server.config import policies
from server.config.settings import Settings

AT_ONCE, ATTEMPTS = 8, 18
SECONDS = 150.0
"""For a page that is asked and an endpoint that is told, and for waiting until others have done so at the same host."""
NOT_ASKED = "It has an address that this site does not ask."
"""To authors, who need not know what names stand for inside of a network."""
ACKNOWLEDGED = "It has been acknowledged: "
TAKES_NONE = "The page takes no linkbacks."
PAGES = ThreadLimiter("linkback-targets", at_once=1, waiting=AT_ONCE)
PAGE_HEADERS = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}


def looking(settings: Settings, _: LazyFetcher) -> Handler:
    """Who finds out what is to be told of a post."""
    site, sends = policies.site(settings), policies.sends_linkbacks(settings)

    async def look(attempt: Attempt) -> None:
        if sends:
            await outgoing_linkbacks.look(site, attempt)

    return Handler(look)


def sending(settings: Settings, fetcher: LazyFetcher, pace: Pace | None = None) -> Handler:
    """Who tells one page."""
    sender = LinkbackSender(policies.site(settings), fetcher, pace)

    async def send(attempt: Attempt) -> None:
        if policies.sends_linkbacks(settings):
            await sender.run(attempt)

    return Handler(send, at_once=AT_ONCE, seconds=SECONDS, attempts=ATTEMPTS)


class Unwilling(JobError):
    """The page, or its endpoint, does not want to be told."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class LinkbackSender:
    """Tells pages of what is at this site."""

    def __init__(self, site: Site, fetcher: LazyFetcher, pace: Pace | None = None) -> None:
        self._site = site
        self._fetcher = fetcher
        self._pace = pace or Pace()

    async def run(self, attempt: Attempt) -> None:
        """Tell one page, and note what came of it."""
        what = await telling(self._site, attempt.payload)
        if what is None:
            return
        try:
            endpoint = _acknowledged(attempt) or await self._tell(attempt, what)
        except JobError as error:
            await _note(attempt, what, error)
        else:
            await outgoing_linkbacks.note_sent(attempt, what, endpoint, datetime.now(UTC))

    async def _tell(self, attempt: Attempt, what: Telling) -> Endpoint:
        """Raises JobError, and Postponed."""
        endpoint = await self._endpoint(what)
        if endpoint is None or (what.withdraws and endpoint.protocol is not Protocol.WEBMENTION):
            raise Unwilling(TAKES_NONE)
        if endpoint.protocol is not Protocol.WEBMENTION:
            host = urlsplit(endpoint.url).netloc
            if (seconds := self._pace.wait(host, attempt.job_id)) > 0:
                raise Postponed(seconds)
        await self._post(endpoint, what)
        # It takes other writes to say so in the rows: who is killed meanwhile must not tell it twice.
        await attempt.note(f"{ACKNOWLEDGED}{endpoint.protocol} {endpoint.url}")
        return endpoint

    async def _endpoint(self, what: Telling) -> Endpoint | None:
        """How the page is told now; one that is gone, as it was told before."""
        try:
            return await self._discover(what.target)
        except FetchError as error:
            if error.permanent and what.withdraws and what.known:
                return Endpoint(Protocol.WEBMENTION, what.known)
            raise

    async def _discover(self, target: str) -> Endpoint | None:
        answer = await self._fetcher.fetch(target, headers=PAGE_HEADERS, most_bytes=MOST_PAGE_BYTES, cut=True)
        answer.require_success()
        page = Page(answer.url, target, tuple(answer.headers.multi_items()), answer.body)
        return await PAGES.run(Client(None), endpoint_of, page)

    async def _post(self, endpoint: Endpoint, what: Telling) -> None:
        letter = message(endpoint, what.linking)
        url, method = endpoint.url, ""
        # A redirect may have made another question of it, which is asked as it was meant then.
        for _ in range(2):
            answer = await self._fetcher.fetch(
                url,
                method="POST",
                headers={"Content-Type": letter.content_type},
                body=letter.body,
                most_bytes=MOST_ANSWER_BYTES,
                cut=True,
            )
            url, method = answer.url, answer.method
            if method == "POST":
                break
        said = verdict(endpoint.protocol, answer.status if method == "POST" else 405, answer.body)
        if said.outcome is Outcome.REFUSED:
            raise Unwilling(said.reason)
        if said.outcome is Outcome.LATER:
            raise FetchFailed(said.reason, retry_after=answer.retry_after)


def _acknowledged(attempt: Attempt) -> Endpoint | None:
    """Who has acknowledged, just before the attempt that had told them was killed."""
    beginning, found, said = (attempt.noted or "").partition(ACKNOWLEDGED)
    if beginning or not found:
        return None
    protocol, _, url = said.partition(" ")
    return Endpoint(Protocol(protocol), url)


async def _note(attempt: Attempt, what: Telling, error: JobError) -> None:
    """A page that does not want to be told is no matter of the job's list; one that could not be told is."""
    now, reason = datetime.now(UTC), NOT_ASKED if isinstance(error, FetchRefused) else str(error)
    if error.permanent:
        await outgoing_linkbacks.note_given_up(attempt, what, reason, now, done=True)
        return
    if attempt.number >= ATTEMPTS:
        await outgoing_linkbacks.note_given_up(attempt, what, reason, now, done=False)
    else:
        await outgoing_linkbacks.note_failed(attempt, what, reason, now)
    raise error
