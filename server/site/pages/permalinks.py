"""Where a comment is: on its post's page, if that shows it at once, and else in the thread that hangs under it."""

from typing import Any

from server.site.answers import Answer
from server.site.notices import NOTICE, known
from server.site.pages.posts import PER_PAGE, threads
from server.site.routing import route
from server.site.visit import NotHereError, Visit


async def show_comment(visit: Visit) -> Answer:
    """On to the post's page, or the comment with its replies."""
    id_ = visit.params["id"]
    found = (await visit.ask("comment", id=id_, first=PER_PAGE))["comment"]
    if found is None:
        raise NotHereError
    post = found["post"]
    if post["kind"] != "EXTERNAL" and any(each["id"] == id_ for each in post["comments"]["nodes"]):
        return visit.see(f"/posts/{post['slug']}#{id_}", notice=known(visit.query.get(NOTICE)))
    return await _show_thread(visit, id_)


async def _show_thread(visit: Visit, id_: str) -> Answer:
    data = await visit.ask("thread", id=id_, last=PER_PAGE, before=visit.query.get("before"))
    comment, listed = data["comment"], data["comments"]
    if comment is None:
        raise NotHereError
    oldest_first: list[dict[str, Any]] = listed["nodes"][::-1]
    return visit.show(
        "thread.html",
        {**data, "post": comment["post"]},
        threads=threads(oldest_first),
        later=listed["pageInfo"]["startCursor"] if listed["pageInfo"]["hasPreviousPage"] else None,
    )


ROUTES = (route("/comments/{id}", get=show_comment),)
