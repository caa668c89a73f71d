"""What happened behind the pages: imports and their reports, what was sent to other sites and failed."""

from server.site.answers import Answer
from server.site.pages.desk.access import PER_PAGE, chosen, require_administrator, show
from server.site.routing import route
from server.site.visit import Visit

DELIVERIES = ("GIVEN_UP", "FAILED", "WAITING", "SENT")
IMPORTS_PER_PAGE = 10


async def show_sent(visit: Visit) -> Answer:
    """What other pages were told of posts' links to them: first of all what nobody could be told."""
    require_administrator(visit)
    status = chosen(visit.query.get("status"), DELIVERIES) or DELIVERIES[0]
    after = visit.query.get("after") or None
    data = await visit.ask("desk_sent", status=status, first=PER_PAGE, after=after)
    return show(visit, "sent", "sent.html", data, status_shown=status, statuses=DELIVERIES)


async def show_imports(visit: Visit) -> Answer:
    """What imports reported."""
    require_administrator(visit)
    data = await visit.ask("desk_imports", first=IMPORTS_PER_PAGE, after=visit.query.get("after") or None)
    return show(visit, "imports", "imports.html", data)


ROUTES = (route("/desk/sent", get=show_sent), route("/desk/imports", get=show_imports))
