"""What is new to somebody who has signed in: shown by the page, and read as soon as it has been shown."""

from typing import Any

from compiler import RequestError
from server.http.http_error import HTTPError
from server.site.visit import Visit
from storage import StorageError

PREFETCH = (b"sec-purpose", b"purpose", b"x-moz")
"""What browsers say of pages that they load before anybody wants to see them."""


async def note_read(visit: Visit, post: dict[str, Any]) -> None:
    """Note that the post's comments have been read that the page shows, if it shows the last of them.

    The page is as it was asked for before. Where it cannot be noted, they stay new.
    """
    if not visit.is_signed_in or not _is_seen(visit) or post["comments"]["pageInfo"]["hasNextPage"]:
        return
    asked = visit.asked
    try:
        await visit.do("mark_read", input={"post": post["id"], "cursor": post["feedCursor"]})
    except (HTTPError, RequestError, StorageError):
        return
    finally:
        visit.asked = asked


def _is_seen(visit: Visit) -> bool:
    """Whether there is somebody to see the page."""
    return visit.method == "GET" and not any(b"prefetch" in visit.headers.get(name, b"") for name in PREFETCH)
