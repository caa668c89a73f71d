"""The front page and the ones behind it: the newest posts."""

from server.site.answers import Answer
from server.site.routing import route
from server.site.visit import NotHereError, Visit

PER_PAGE = 10


async def show_home(visit: Visit) -> Answer:
    """A page of the newest posts; the first one is /."""
    number = int(visit.params.get("number", "1"))
    data = await visit.ask("home", first=PER_PAGE, offset=(number - 1) * PER_PAGE)
    if number > 1 and not data["posts"]["nodes"]:
        raise NotHereError
    return visit.show("home.html", data, number=number, pages=-(-data["posts"]["totalCount"] // PER_PAGE))


ROUTES = (route("/", get=show_home), route("/page/{number:int}", get=show_home))
