"""Forms of other sites that would act as a visitor (CSRF): refused by where they come from, and by what they lack.

A browser says of each form which page sends it, which is all there is to go by for those who have not signed in, whose
pages are the same for everybody. With a session a form has to bring a token, too, that only its own pages contain.
"""

import hashlib
import hmac
from collections.abc import Mapping

from server.http.http_error import HTTPError
from server.http.origins import Origins

FIELD = "csrf"
FORGED = "This form was not sent from the page that it belongs to. Please open it again."
_OURS = Origins(())


def csrf_token(session_token: str) -> str:
    """What the forms of this session contain; it does not tell the session's token."""
    return hmac.new(session_token.encode(), b"csrf", hashlib.sha256).hexdigest()


def check_origin(headers: Mapping[bytes, bytes], *, proxied: bool) -> None:
    """Whether one of our pages sends this form.

    Raises:
        HTTPError: another one does.
    """
    if not _OURS.admits(headers, proxied=proxied):
        raise _forged()


def check_token(session_token: str | None, given: str) -> None:
    """Whether a form brings the token of its session.

    Raises:
        HTTPError: it brings another one, or none.
    """
    if not is_token(session_token, given):
        raise _forged()


def is_token(session_token: str | None, given: str) -> bool:
    """Whether this is the token of that session; where there is none, none is needed."""
    return session_token is None or hmac.compare_digest(csrf_token(session_token).encode(), given.encode())


def _forged() -> HTTPError:
    return HTTPError(403, "CROSS_SITE", FORGED)
