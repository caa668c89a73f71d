"""Where other sites say that a page of theirs links to a post: trackbacks, webmentions and pingbacks.

Whatever has come, what is answered says only whether it could be noted: never what becomes, or became, of it.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from linkbacks import pingback_call, trackback_ping
from linkbacks.pingback_call import BadCallError, Fault, pingback_answer, pingback_fault, read_pingback
from linkbacks.source_words import Words
from linkbacks.trackback_ping import BadTrackbackError, read_trackback, trackback_answer
from linkbacks.webmention_request import BadWebmentionError, read_webmention
from models import LinkbackKind
from models.errors import TooManyRequests
from resolvers.linkback_addresses import PINGBACK, TRACKBACKS, WEBMENTION
from resolvers.linkback_receipt import LinkbackRefused, Problem, receive_mention, receive_trackback
from resolvers.policy import LinkbackReception, Policy
from server.http.body import ClientLeftError, read_body
from server.http.context import charge_database_to, client_network
from server.http.http_error import HTTPError
from storage import StorageError

MOST_BYTES = 64 * 1024
LATER = "This cannot be noted now. Try again in a moment."
TOO_MANY = "There have been too many lately. Try again in a while."
NOTED = "Noted. The source will be looked at."
FAULTS = {
    Problem.OFF: Fault.DENIED,
    Problem.SOURCE: Fault.NO_SOURCE,
    Problem.SAME: Fault.NO_LINK,
    Problem.TARGET: Fault.NO_TARGET,
    Problem.CLOSED: Fault.TARGET_TAKES_NONE,
}

Page = Callable[[Request, Policy], Awaitable[Response]]


def routes(policy: Policy) -> list[BaseRoute]:
    """The pages that the site has; each only takes what is posted."""
    pages: list[tuple[str, Page]] = [(f"{TRACKBACKS}{{post}}", trackback)]
    if policy.linkbacks.reception is not LinkbackReception.OFF:
        pages.append((WEBMENTION, webmention))
    if policy.linkbacks.pingbacks:
        pages.append((PINGBACK, pingback))
    return [Route(path, _answering(page, policy), methods=["POST"]) for path, page in pages]


def _answering(page: Page, policy: Policy) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        charge_database_to(request.scope)
        try:
            return await page(request, policy)
        except ClientLeftError:
            return Response(status_code=400)

    return answer


async def trackback(request: Request, policy: Policy) -> Response:
    """Take a trackback for the post that the address names; the answer is a success of HTTP in any case."""
    problem = ""
    try:
        ping = read_trackback(_content_type(request), await _body(request))
        words = Words(ping.title, ping.excerpt, ping.blog_name)
        post = request.path_params["post"]
        await receive_trackback(policy, post, ping.url, words, network=_network(request), now=_now())
    except (BadTrackbackError, LinkbackRefused) as error:
        problem = str(error)
    except HTTPError as error:
        problem = error.message
    except TooManyRequests:
        problem = TOO_MANY
    except StorageError:
        problem = LATER
    return Response(trackback_answer(problem), headers={"content-type": trackback_ping.MEDIA_TYPE})


async def webmention(request: Request, policy: Policy) -> Response:
    """Take a webmention, which is looked into later."""
    try:
        source, target = read_webmention(_content_type(request), await _body(request))
        await receive_mention(
            policy, LinkbackKind.WEBMENTION, source, target, network=_network(request), now=_now()
        )
    except (BadWebmentionError, LinkbackRefused) as error:
        return PlainTextResponse(f"{error}\n", 400)
    except HTTPError as error:
        return PlainTextResponse(f"{error.message}\n", error.status)
    except TooManyRequests as error:
        return PlainTextResponse(f"{TOO_MANY}\n", 429, {"retry-after": str(error.retry_after)})
    except StorageError:
        return PlainTextResponse(f"{LATER}\n", 503, {"retry-after": "1"})
    return PlainTextResponse(f"{NOTED}\n", 202)


async def pingback(request: Request, policy: Policy) -> Response:
    """Take a pingback; what is wrong with it is a fault of XML-RPC, in an answer that is a success of HTTP."""
    try:
        call = read_pingback(await _body(request))
        is_new = await receive_mention(
            policy, LinkbackKind.PINGBACK, call.source, call.target, network=_network(request), now=_now()
        )
        answer = (
            pingback_answer(NOTED)
            if is_new
            else pingback_fault(Fault.KNOWN, "This pingback is known already.")
        )
    except BadCallError as error:
        answer = pingback_fault(error.fault, str(error))
    except LinkbackRefused as error:
        answer = pingback_fault(FAULTS[error.problem], str(error))
    except HTTPError as error:
        answer = pingback_fault(Fault.UNREADABLE, error.message)
    except TooManyRequests:
        answer = pingback_fault(Fault.DENIED, TOO_MANY)
    except StorageError:
        answer = pingback_fault(Fault.GENERIC, LATER)
    return Response(answer, headers={"content-type": pingback_call.MEDIA_TYPE})


async def _body(request: Request) -> bytes:
    declared = request.headers.get("content-length")
    return await read_body(request.receive, MOST_BYTES, declared.encode("latin-1") if declared else None)


def _content_type(request: Request) -> bytes:
    return request.headers.get("content-type", "").encode("latin-1")


def _network(request: Request) -> str | None:
    return client_network(request.scope)


def _now() -> datetime:
    return datetime.now(UTC)
