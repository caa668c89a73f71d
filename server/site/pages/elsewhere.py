"""The conversation of a page of another site, to read: for search engines, and for whoever runs no scripts."""

from server.site.answers import Answer
from server.site.pages.posts import PER_PAGE, threads
from server.site.routing import route
from server.site.visit import NotHereError, Visit


async def find_threads(visit: Visit) -> Answer:
    """On to the conversation of the page at `url`; where nobody has said anything, there is none."""
    post = (await visit.ask("elsewhere_found", url=visit.query.get("url", "")))["post"]
    if post is None:
        raise NotHereError
    return visit.see(f"/threads/{post['slug']}")


async def show_threads(visit: Visit) -> Answer:
    """Its threads."""
    slug, after = visit.params["slug"], visit.query.get("after")
    data = await visit.ask("elsewhere", slug=slug, first=PER_PAGE, after=after)
    post = data["post"]
    if post is None or post["kind"] != "EXTERNAL":
        raise NotHereError
    return visit.show("elsewhere.html", data, threads=threads(post["comments"]["nodes"]))


ROUTES = (route("/threads", get=find_threads), route("/threads/{slug}", get=show_threads))
