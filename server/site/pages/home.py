"""The front page and the ones behind it: the newest posts."""

from server.site.answers import Answer
from server.site.listing import number_of, place, show_list
from server.site.routing import route
from server.site.structured_data import json_ld, website
from server.site.visit import Visit


async def show_home(visit: Visit) -> Answer:
    """A page of the newest posts; the first one is /."""
    data = await visit.ask("home", **place(visit))
    told = json_ld(website(visit.site)) if number_of(visit) == 1 else None
    return show_list(visit, "home.html", data, data["posts"], "/", json_ld=told)


ROUTES = (route("/", get=show_home), route("/page/{number:int}", get=show_home))
