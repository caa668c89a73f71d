"""The site as an ASGI application, for every path that is nothing else's."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from auth.viewer import anonymous
from compiler import Engine, RequestError
from media.store import MediaStore
from resolvers.policy import Policy
from server.http.authentication import Identity, identify_token
from server.http.body import ClientLeftError, headers_of, read_body
from server.http.compute_throttle import ComputeThrottle
from server.http.context import Context, charge_database_to, client_network, context_of
from server.http.former_addresses import FormerAddresses
from server.http.http_error import HTTPError
from server.http.proxies import proxied
from server.http.refusals import refusal_of
from server.http.request_log import trace_of
from server.http.request_memory import RequestMemory
from server.http.response_cache import DataVersion, ResponseCache
from server.http.responses import OK, send_whole
from server.site import guests, pages
from server.site.answers import Answer, moved
from server.site.cookies import changes_session, end_session, read_cookies, session_cookie, set_language
from server.site.forgery import FIELD, check_origin, check_token, is_token
from server.site.forms import MULTIPART, Form, media_type, read_form
from server.site.kept_pages import page_key
from server.site.language import PARAMETER, language_of
from server.site.notices import NOTICE
from server.site.operations import Operations
from server.site.pages import problems
from server.site.pictures import form_with_picture
from server.site.routing import Route, Routes
from server.site.templates import Templates
from server.site.visit import NotForYouError, NotHereError, SignInFirstError, Visit
from storage import StorageError

FORBIDDEN = 403
NOT_THEIRS = "a page or a form of the site that is not for whoever asks"
"""What the log says of it, for which no setting is to be changed."""
BAD_METHOD = "This cannot be done here."
KNOWN_AT_HOME = {PARAMETER, NOTICE}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request as the site reads it."""

    scope: Scope
    headers: Mapping[bytes, bytes]
    cookies: Mapping[str, str]
    query: Mapping[str, str]
    language: str

    @property
    def is_read(self) -> bool:
        """Whether it changes nothing."""
        return self.scope["method"] in ("GET", "HEAD")


class SiteApplication:
    """`engine` asks for the server itself, without a client's limits; `responses` keeps what strangers are shown."""

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        elsewhere: FormerAddresses,
        body_limit: int,
        responses: ResponseCache | None,
        request_memory: RequestMemory,
        compute_throttle: ComputeThrottle,
        store: MediaStore,
        *,
        is_whole: bool = True,
    ) -> None:
        self._policy = policy
        self._elsewhere = elsewhere
        self._body_limit = body_limit
        self._responses = responses
        self._request_memory = request_memory
        self._compute_throttle = compute_throttle
        self._store = store
        self._operations = Operations(engine)
        self._templates = Templates(policy.site)
        self._routes = Routes(pages.routes(is_whole=is_whole))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        asked = self._asked(scope)
        try:
            with self._request_memory.by(scope):
                answer = await self._compute_throttle.do(
                    client_network(scope),
                    lambda: self._answer(asked, receive),
                )
        except ClientLeftError:
            return
        except RequestError as error:  # it had no turn
            answer = problems.busy(refusal_of(error).headers, asked.language)
        is_choice = asked.query.get(PARAMETER) == asked.language and scope["method"] != "POST"
        if is_choice:
            answer = _with(answer, set_language(self._policy.site, asked.language))
        is_private = is_choice or self._is_personal(asked.cookies)
        status, lines, body = answer.answer(asked.headers, private=is_private)
        await send_whole(send, status, lines, body)

    def _asked(self, scope: Scope) -> _Asked:
        headers, query = headers_of(scope), _query_of(scope)
        cookies = read_cookies(headers.get(b"cookie"))
        language = language_of(query, cookies, headers.get(b"accept-language"), self._policy.site.language)
        return _Asked(scope, headers, cookies, query, language)

    async def _answer(self, asked: _Asked, receive: Receive) -> Answer:
        """What the request is answered with, whatever happens."""
        scope, cookies = asked.scope, asked.cookies
        charge_database_to(scope)
        key = page_key(_raw_path(scope), scope["query_string"], asked.language)
        is_kept = asked.is_read and not self._is_personal(cookies) and self._responses is not None
        found = self._responses.look(key) if is_kept and self._responses is not None else None
        if isinstance(found, Answer):
            trace_of(scope).operation = found.operation
            return found
        token = cookies.get(session_cookie(self._policy.site))
        try:
            identity = await self._identity(token)
        except StorageError as error:  # nobody knows who it is, who is not signed out for that
            visit = self._visit(Identity(anonymous(), None, {}), asked)
            return await problems.refused(visit, refusal_of(error))
        visit = self._visit(identity, asked)
        answer = await self._shown(visit, scope, receive)
        trace = trace_of(scope)
        trace.operation = visit.asked
        if answer.status == FORBIDDEN:
            trace.refused = NOT_THEIRS
        if (
            visit.token is not None
            and not visit.is_signed_in
            and not changes_session(self._policy.site, answer.headers)
        ):
            answer = _with(answer, end_session(self._policy.site))  # it has ended
        if (
            isinstance(found, DataVersion)
            and self._responses is not None
            and _may_be_kept(answer, asked.query)
        ):
            size = len(_raw_path(scope)) + len(scope["query_string"])
            await self._responses.keep(key, answer, size, found, visit.context.viewer.now)
        return answer

    def _is_personal(self, cookies: Mapping[str, str]) -> bool:
        """Whether a visitor may be shown what others are not."""
        return session_cookie(self._policy.site) in cookies or guests.COOKIE in cookies

    def _visit(self, identity: Identity, asked: _Asked) -> Visit:
        context: Context = context_of(identity, asked.scope, self._policy)
        return Visit(
            path=asked.scope["path"],
            method=asked.scope["method"],
            params={},
            query=asked.query,
            language=asked.language,
            site=self._policy.site,
            context=context,
            token=asked.cookies.get(session_cookie(self._policy.site)),
            cookies=asked.cookies,
            operations=self._operations,
            templates=self._templates,
            store=self._store,
            headers=asked.headers,
        )

    async def _identity(self, token: str | None) -> Identity:
        if token is None:
            return Identity(anonymous(), None, {})
        return await identify_token(self._policy.auth.sessions, token)

    async def _shown(self, visit: Visit, scope: Scope, receive: Receive) -> Answer:
        """The page, or what is shown instead, for which the database may be asked, too."""
        try:
            return await self._found(visit, scope, receive)
        except (HTTPError, RequestError, StorageError) as error:
            return await problems.refused(visit, refusal_of(error))

    async def _found(self, visit: Visit, scope: Scope, receive: Receive) -> Answer:
        try:
            return await self._handled(visit, scope, receive)
        except NotHereError:
            return await self._missing(visit, scope)
        except SignInFirstError:
            return visit.see(problems.sign_in_path(visit))
        except NotForYouError:
            return await problems.forbidden(visit)

    async def _handled(self, visit: Visit, scope: Scope, receive: Receive) -> Answer:
        found = self._routes.find(_raw_path(scope))
        if found is None:
            raise NotHereError
        if scope["path"] == "/" and not visit.query.keys() <= KNOWN_AT_HOME:
            former = await self._former(scope)  # /?p=18
            if former is not None:
                return former
        visit.params, visit.has_page = found.params, found.route.get is not None
        if scope["method"] == "POST" and found.route.post is not None:
            check_origin(visit.headers, proxied=proxied(scope))
            async with self._form(visit, found.route, receive) as visit.form:
                if found.route.resume is not None and not _is_of_session(visit):
                    return await found.route.resume(visit)
                check_token(visit.token if visit.is_signed_in else None, visit.form.text(FIELD))
                return await found.route.post(visit)
        if scope["method"] not in ("GET", "HEAD") or found.route.get is None:
            raise HTTPError(405, "METHOD_NOT_ALLOWED", BAD_METHOD, [(b"allow", found.route.methods)])
        return await found.route.get(visit)

    @asynccontextmanager
    async def _form(self, visit: Visit, route: Route, receive: Receive) -> AsyncIterator[Form]:
        """What was sent; only people who have signed in send pictures."""
        content_type = visit.headers.get(b"content-type", b"")
        if route.picture and media_type(content_type) == MULTIPART:
            if route.resume is None:
                visit.require_signed_in()
            most = self._policy.pictures.most_bytes if visit.is_signed_in else 0
            async with form_with_picture(visit.headers, receive, self._body_limit, most) as form:
                yield form
            return
        body = await read_body(receive, self._body_limit, visit.headers.get(b"content-length"))
        yield read_form(content_type, body)

    async def _missing(self, visit: Visit, scope: Scope) -> Answer:
        """Where it is today, or that there is no such page."""
        return await self._former(scope) or self._without_slash(scope) or await problems.missing(visit)

    def _without_slash(self, scope: Scope) -> Answer | None:
        """The way to the page that is at this path but for the slashes at its end."""
        path = _raw_path(scope)
        shorter = path.rstrip("/")
        found = self._routes.find(shorter) if shorter != path and scope["method"] in ("GET", "HEAD") else None
        return moved(self._policy.site.url + shorter) if found is not None and found.route.get else None

    async def _former(self, scope: Scope) -> Answer | None:
        response = await self._elsewhere.redirect(Request(scope))
        if response is None:
            return None
        headers = tuple(pair for pair in response.raw_headers if pair[0] != b"content-length")
        return Answer(bytes(response.body), None, response.status_code, headers)


def _query_of(scope: Scope) -> Mapping[str, str]:
    try:
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return {}
    return dict(pairs)


def _raw_path(scope: Scope) -> str:
    """The path as it was sent, so that an encoded slash is none."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.decode("latin-1")


def _is_of_session(visit: Visit) -> bool:
    """Whether the page that the form is on was shown in the visitor's session, or to nobody who has one."""
    given = visit.form.text(FIELD)
    if visit.token is None:
        return not given
    return visit.is_signed_in and is_token(visit.token, given)


def _may_be_kept(answer: Answer, query: Mapping[str, str]) -> bool:
    return answer.status == OK and PARAMETER not in query and not answer.is_not_kept


def _with(answer: Answer, header: tuple[bytes, bytes]) -> Answer:
    return replace(answer, headers=(*answer.headers, header))
