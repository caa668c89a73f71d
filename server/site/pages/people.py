"""People: what they say of themselves, and what they wrote."""

from urllib.parse import quote

from resolvers import feeds
from server.site.answers import Answer, moved
from server.site.listing import number_of, place, show_list
from server.site.routing import route
from server.site.visit import NotHereError, Visit

LATEST_COMMENTS = 10


async def show_person(visit: Visit) -> Answer:
    """Somebody with an account; guests have no page."""
    username = visit.params["username"]
    latest = LATEST_COMMENTS if number_of(visit) == 1 else 0
    data = await visit.ask("person", username=username, comments=latest, **place(visit))
    person = data["person"]
    if person is None:
        raise NotHereError
    path = f"/people/{quote(person['username'], safe='')}"
    if person["username"] != username:
        return moved(visit.site.url + path)
    lists = feeds.of_user(person["username"], person["name"])
    return show_list(visit, "person.html", data, person["posts"], path, lists)


ROUTES = (
    route("/people/{username}", get=show_person),
    route("/people/{username}/page/{number:int}", get=show_person),
)
