"""What waits for a moderator, the oldest first, and what was decided, the newest first."""

from server.site.answers import Answer
from server.site.pages.desk.access import PER_PAGE, chosen, require_moderator, show
from server.site.routing import route
from server.site.visit import NotHereError, Visit

STATUSES = ("PENDING", "APPROVED", "REJECTED", "SPAM")


async def show_queue(visit: Visit) -> Answer:
    """Comments and linkbacks that wait, together; what is decided makes room for the next."""
    require_moderator(visit)
    cursor = await _cursor(visit)
    data = await visit.ask("desk", last=PER_PAGE)
    waiting = sorted(
        (*data["comments"]["nodes"], *data["linkbacks"]["nodes"]),
        key=lambda row: (row.get("createdAt") or row["receivedAt"], row["id"]),
    )
    total = data["comments"]["totalCount"] + data["linkbacks"]["totalCount"]
    return show(visit, "queue", "queue.html", data, rows=waiting, total=total, cursor=cursor)


async def show_comments(visit: Visit) -> Answer:
    """Comments of one status, page by page."""
    return await _decided(visit, "comments", "desk_comments")


async def show_linkbacks(visit: Visit) -> Answer:
    """Linkbacks of one status, page by page."""
    return await _decided(visit, "linkbacks", "desk_linkbacks")


async def show_row(visit: Visit) -> Answer:
    """One row of the queue by itself, for the script that puts it there."""
    require_moderator(visit)
    found = await visit.ask("desk_row", id=visit.params["id"])
    row = found["comment"] or found["linkback"]
    if not row:
        raise NotHereError
    return visit.show("desk/row.html", {}, row=row)


async def _decided(visit: Visit, section: str, operation: str) -> Answer:
    require_moderator(visit)
    status = chosen(visit.query.get("status"), STATUSES) or STATUSES[0]
    after = visit.query.get("after") or None
    data = await visit.ask(operation, status=status, first=PER_PAGE, after=after)
    return show(visit, section, "decided.html", data, status_shown=status, statuses=STATUSES)


async def _cursor(visit: Visit) -> str | None:
    """Where the feed stands, which every post says alike; without any post there is nothing to be missed.

    It is asked for before the lists, so that what comes meanwhile is told again, and nothing is missed.
    """
    lists = (await visit.ask("desk_cursor")).values()
    return next((post["feedCursor"] for posts in lists for post in posts["nodes"]), None)


ROUTES = (
    route("/desk", get=show_queue),
    route("/desk/comments", get=show_comments),
    route("/desk/linkbacks", get=show_linkbacks),
    route("/desk/rows/{id}", get=show_row),
)
