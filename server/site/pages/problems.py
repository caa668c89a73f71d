"""What is shown instead of a page."""

from urllib.parse import urlencode

from server.http.http_error import Headers, HTTPError
from server.site.answers import TEXT_TYPE, Answer, page
from server.site.sentences import said
from server.site.visit import Visit

SIGN_IN = "/sign-in"
BACK = "next"


async def missing(visit: Visit) -> Answer:
    """There is no such page."""
    return await _problem(visit, "missing", 404)


async def forbidden(visit: Visit) -> Answer:
    """It is for others."""
    return await _problem(visit, "forbidden", 403)


async def refused(visit: Visit, error: HTTPError) -> Answer:
    """It cannot be shown, or the form not be taken; nothing is asked for this."""
    message = said(error.message, visit.language)
    shown = {"problem": "refused", "message": message, "code": error.status}
    return visit.show("problem.html", shown, status=error.status, headers=error.headers)


def busy(headers: Headers, language: str) -> Answer:
    """The visitor's network has had the server compute a lot: in as few words as can be."""
    text = said("The server is busy. Please try again in a moment.", language)
    return page(f"{text}\n", None, status=503, headers=headers, content_type=TEXT_TYPE)


def sign_in_path(visit: Visit) -> str:
    """Where to sign in, to come back to this page; a form that was sent is not sent again."""
    back = visit.address if visit.has_page else "/"
    return f"{SIGN_IN}?{urlencode({BACK: back})}"


async def _problem(visit: Visit, problem: str, status: int) -> Answer:
    data = await visit.ask("frame")
    return visit.show("problem.html", data, status=status, problem=problem, message="", code=status)
