"""Deciding about comments and linkbacks, one by one or several at once."""

from server.site.answers import Answer
from server.site.pages.desk.access import require_moderator, way_back
from server.site.pages.desk.queue import STATUSES
from server.site.routing import route
from server.site.visit import Visit

OPERATIONS = {"comment": "decide_comment", "linkback": "decide_linkback"}
MOST = 200


async def decide(visit: Visit) -> Answer:
    """Decide as the button says: about its own row, or about all that are ticked.

    What somebody else has deleted or decided meanwhile stays as it is, and the page says so.
    """
    require_moderator(visit)
    status, ids = _asked(visit)
    failed = [id_ for id_ in ids if not await _decided(visit, id_, status)]
    notice = "decided" if ids and not failed else "decided-in-part" if ids else "nothing-chosen"
    return visit.see(way_back(visit), notice=notice)


async def show_nothing(visit: Visit) -> Answer:
    """Whoever had to sign in before they decided, and comes back: what they have sent is not sent again."""
    require_moderator(visit)
    return visit.see("/desk")


def _asked(visit: Visit) -> tuple[str, tuple[str, ...]]:
    """The decision, and what it is about."""
    for status in STATUSES:
        if visit.form.checked(status):
            return status, (visit.form.text(status),)
    decision = visit.form.text("decision")
    return decision, visit.form.all("chosen")[:MOST] if decision in STATUSES else ()


async def _decided(visit: Visit, id_: str, status: str) -> bool:
    operation = OPERATIONS.get(id_.partition("_")[0])
    if operation is None:
        return False
    payload = await visit.do(operation, input={"id": id_, "status": status})
    return payload["error"] is None


ROUTES = (route("/desk/decisions", get=show_nothing, post=decide),)
