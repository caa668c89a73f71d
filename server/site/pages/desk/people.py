"""Who has an account, and what each may do."""

from server.site.answers import Answer
from server.site.pages.desk.access import (
    PER_PAGE,
    chosen,
    require_administrator,
    require_moderator,
    show,
    told,
    way_back,
)
from server.site.routing import route
from server.site.visit import Visit

ROLES = ("READER", "AUTHOR", "MODERATOR", "ADMIN")
ORDERS = ("NEWEST", "NAME")


async def show_people(visit: Visit) -> Answer:
    """Accounts, narrowed to a role and to what somebody looks for."""
    require_moderator(visit)
    return await _people(visit)


async def give_role(visit: Visit) -> Answer:
    """Give an account a role."""
    require_administrator(visit)
    role = chosen(visit.form.text("role"), ROLES) or ROLES[0]
    payload = await visit.do("set_role", input={"user": visit.form.text("user"), "role": role})
    if payload["error"]:
        return await _people(visit, status=422, mistake=told(visit, payload["error"]))
    return visit.see(way_back(visit), notice="saved")


async def _people(visit: Visit, *, status: int = 200, mistake: str | None = None) -> Answer:
    role = chosen(visit.query.get("role"), ROLES)
    text = visit.query.get("q", "").strip()
    order = chosen(visit.query.get("order"), ORDERS) or ORDERS[0]
    data = await visit.ask(
        "desk_people",
        role=role,
        query=text or None,
        order=order,
        first=PER_PAGE,
        after=visit.query.get("after") or None,
    )
    asked = {"role": role, "q": text or None, "order": order if order != ORDERS[0] else None}
    values = {"roles": ROLES, "orders": ORDERS, "asked": asked, "order": order, "mistake": mistake}
    return show(visit, "people", "people.html", data, status=status, **values)


ROUTES = (route("/desk/people", get=show_people, post=give_role),)
