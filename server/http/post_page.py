"""A post as a page, for browsers without a front-end, for search engines, and for those who want to link to it.

It is what everybody may see, kept like any other answer for as long as that stays the same. What has no such page is
looked for among former addresses.
"""

import re
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

import compiler
from auth.viewer import anonymous
from compiler import Engine, RequestError
from models import PostKind
from resolvers.policy import Policy
from resolvers.validation import SLUG_LENGTH
from server.http.authentication import Identity
from server.http.body import headers_of
from server.http.compute_throttle import ComputeThrottle
from server.http.context import charge_database_to, client_network, context_of
from server.http.discovery import Discovery
from server.http.former_addresses import KEPT_FOR, FormerAddresses
from server.http.http_error import Headers, HTTPError, refused_by_engine
from server.http.media import HTML, TEXT
from server.http.post_template import DOCUMENT, PostTemplate
from server.http.request_log import trace_of
from server.http.request_memory import RequestMemory, overloaded
from server.http.response_cache import CachedResponse, DataVersion, ResponseCache
from server.http.responses import respond, revalidated
from storage import MemoryBusy

PATH = "/posts/"
METHODS = b"GET, HEAD"
OPERATION = "PostPage"
LATER = [(b"retry-after", b"1")]
CONTENT_SECURITY_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self' http: https:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
_PATH = re.compile(rf"{PATH}[A-Za-z0-9-]{{1,{SLUG_LENGTH}}}/?")


def is_post(path: str) -> bool:
    """Whether a post may have its page there."""
    return _PATH.fullmatch(path) is not None


@dataclass(frozen=True, slots=True)
class _Page(CachedResponse):
    """A post's page, and what its head says besides."""

    headers: Headers


@dataclass(frozen=True, slots=True)
class _Moved:
    """The post's page is at this address."""

    url: str


class PostPages:
    """An ASGI application for all paths of posts; `engine` asks for the server itself, without a client's limits."""

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        elsewhere: FormerAddresses,
        responses: ResponseCache | None,
        request_memory: RequestMemory,
        compute_throttle: ComputeThrottle,
    ) -> None:
        self._engine = engine
        self._operation = engine.prepare(compiler.Request(DOCUMENT))
        self._policy = policy
        self._elsewhere = elsewhere
        self._template = PostTemplate(policy.site)
        self._responses = responses
        self._request_memory = request_memory
        self._compute_throttle = compute_throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        with self._request_memory.by(scope):
            try:
                app = await self._answering(scope)
            except HTTPError as error:
                app = _refusal(error)
            await app(scope, receive, send)

    async def _answering(self, scope: Scope) -> ASGIApp:
        """What answers the request."""
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPError(405, "METHOD_NOT_ALLOWED", "Use GET.", [(b"allow", METHODS)])
        try:
            found = await self._compute_throttle.do(client_network(scope), lambda: self._find(scope))
        except MemoryBusy:
            raise overloaded() from None
        except RequestError as error:  # it had no turn
            raise refused_by_engine(error.errors[0], LATER) from None
        match found:
            case None:
                return self._elsewhere
            case _Moved(url):
                redirect = await self._elsewhere.redirect(Request(scope))
                return redirect or RedirectResponse(url, 301, {"cache-control": KEPT_FOR})
        return self._shown(found)

    def _shown(self, page: _Page) -> ASGIApp:
        async def answer(scope: Scope, _: Receive, send: Send) -> None:
            status, body, more = revalidated(headers_of(scope), page.body)
            await respond(send, status, HTML, body, [*ALWAYS, *page.headers, *more])

        return answer

    async def _find(self, scope: Scope) -> _Page | _Moved | None:
        """The page at the address of the request, or where it is; None where there is none."""
        slug = scope["path"].removeprefix(PATH)
        trace_of(scope).operation = OPERATION
        key = (OPERATION, slug)
        found = None if self._responses is None else self._responses.look(key)
        if isinstance(found, _Page):
            return found
        charge_database_to(scope)
        context = context_of(Identity(anonymous(), None, {}), scope, self._policy)
        post = await self._read(slug.removesuffix("/"), context)
        if post is None or post["kind"] == PostKind.EXTERNAL:
            return None
        if slug != post["slug"]:
            return _Moved(post["url"])
        discovery = Discovery.of(post, self._policy)
        page = _Page(self._template.page(post, discovery).encode(), OPERATION, discovery.headers)
        if isinstance(found, DataVersion) and self._responses is not None:
            await self._responses.keep(key, page, len(slug), found, context.viewer.now)
        return page

    async def _read(self, slug: str, context: Any) -> Any:
        answer = await self._engine.execute(self._operation, {"slug": slug}, context)
        read = orjson.loads(answer.body)
        if answer.errors:
            raise refused_by_engine(read["errors"][0], LATER)
        return read["data"]["post"]


def _refusal(error: HTTPError) -> ASGIApp:
    async def answer(_: Scope, __: Receive, send: Send) -> None:
        await respond(send, error.status, TEXT, f"{error.message}\n".encode(), error.headers)

    return answer
