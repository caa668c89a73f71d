"""A single comment as the post's page has it, for the page's script: it comes to pages that are open already."""

from server.site.answers import Answer
from server.site.routing import route
from server.site.visit import NotHereError, Visit


async def show_item(visit: Visit) -> Answer:
    """The comment without its replies; with ?alone, it says what it replies to, which the page does not show."""
    comment = (await visit.ask("item", id=visit.params["id"]))["comment"]
    if comment is None:
        raise NotHereError
    return visit.show("item.html", {"comment": {**comment, "replies": []}}, is_alone="alone" in visit.query)


ROUTES = (route("/comments/{id}/item", get=show_item),)
