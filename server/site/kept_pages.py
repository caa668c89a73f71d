"""The fast path of the site's pages, for readers who have neither a session nor chosen a language."""

from collections.abc import Mapping

from server.http.compute_throttle import ComputeThrottle
from server.http.kept_answers import KeptAnswers
from server.http.request_log import RequestLog
from server.http.response_cache import ResponseCache
from server.shutdown import Shutdown
from server.site.answers import Answer
from server.site.language import LANGUAGES, negotiated, spoken

PAGE = "page"
"""What the keys of kept pages begin with."""
ELSEWHERE = (b"/graphql", b"/static/", b"/assets/", b"/media/", b"/healthz", b"/readyz")
_ENCODED = b"%"


def page_key(path: str, query: bytes, language: str) -> tuple[str, str, bytes, str]:
    """The key of a page; both are as they were sent, since an encoded slash is none."""
    return PAGE, path, query, language


class KeptPages(KeptAnswers):
    """Answers with the bytes and the headers of `server.site.application`."""

    def __init__(
        self,
        responses: ResponseCache,
        log: RequestLog,
        shutdown: Shutdown,
        compute_throttle: ComputeThrottle,
        site_language: str,
    ) -> None:
        super().__init__(responses, log, shutdown, compute_throttle)
        self._language = spoken(site_language) or LANGUAGES[0]

    def may_have(self, url: bytes) -> bool:
        """Whether a page may be at this address."""
        return _ENCODED not in url and not url.startswith(ELSEWHERE)

    def find(self, url: str, headers: Mapping[bytes, bytes]) -> Answer | None:
        """The page, if it is kept."""
        if b"cookie" in headers:
            return None
        path, _, query = url.partition("?")
        language = negotiated(headers.get(b"accept-language", b""), self._language)
        found = self._responses.look(page_key(path, query.encode("latin-1"), language))
        return found if isinstance(found, Answer) else None
