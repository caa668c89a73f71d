"""The menu of the site: categories are made, renamed, moved and deleted."""

from collections.abc import Iterable, Iterator
from typing import Any

from server.site.answers import Answer
from server.site.pages.desk.access import require_administrator, show, told
from server.site.routing import route
from server.site.visit import Visit

PATH = "/desk/categories"
LARGEST_POSITION = 9999
AT_ONCE = 100
"""Ids that the API takes at a time."""


async def show_categories(visit: Visit) -> Answer:
    """All of them, each with its form, and one for another."""
    require_administrator(visit)
    return await _categories(visit)


async def create(visit: Visit) -> Answer:
    """Make a category."""
    require_administrator(visit)
    payload = await visit.do("create_category", input=_fields(visit))
    return await _shown(visit, payload, "", "saved")


async def update(visit: Visit) -> Answer:
    """Rename a category, describe it, or move it elsewhere."""
    require_administrator(visit)
    id_ = visit.params["id"]
    payload = await visit.do("update_category", input={"id": id_, **_fields(visit)})
    return await _shown(visit, payload, id_, "saved")


async def delete(visit: Visit) -> Answer:
    """Delete a category that is empty."""
    require_administrator(visit)
    payload = await visit.do("delete_category", id=visit.params["id"])
    return await _shown(visit, payload, visit.params["id"], "deleted")


async def show_nothing(visit: Visit) -> Answer:
    """Whoever had to sign in before they changed one, and comes back: what they have sent is not sent again."""
    require_administrator(visit)
    return visit.see(PATH)


def _fields(visit: Visit) -> dict[str, Any]:
    """What the form says; a slug that is left empty is made from the name, a position is left out where none is."""
    form, position = visit.form, visit.form.text("position").strip()
    fields: dict[str, Any] = {
        "name": form.text("name"),
        "slug": form.optional("slug"),
        "description": form.text("description"),
        "parent": form.optional("parent"),
    }
    if position.isdecimal() and int(position[:6]) <= LARGEST_POSITION:
        fields["position"] = int(position[:6])
    return fields


async def _shown(visit: Visit, payload: dict[str, Any], id_: str, notice: str) -> Answer:
    """The page again: with what was typed where it was wrong."""
    if payload["error"] is None:
        return visit.see(PATH, notice=notice)
    mistake = {"id": id_, "message": told(visit, payload["error"])}
    return await _categories(visit, mistake, status=422)


async def _categories(visit: Visit, mistake: dict[str, str] | None = None, *, status: int = 200) -> Answer:
    data = await visit.ask("desk_categories")
    await _descend(visit, data["categories"])
    tree = list(_flat(data["categories"], 0, None))
    typed = {name: visit.form.text(name) for name in ("name", "slug", "description", "parent", "position")}
    return show(
        visit, "categories", "categories.html", data, status=status, tree=tree, mistake=mistake, typed=typed
    )


async def _descend(visit: Visit, categories: list[dict[str, Any]]) -> None:
    """Look below the second level, two levels at a time: a tree is as deep as somebody has made it."""
    deepest = [below for category in categories for below in category["children"]]
    while deepest:
        some, deepest = deepest[:AT_ONCE], deepest[AT_ONCE:]
        found = (await visit.ask("desk_subcategories", ids=[each["id"] for each in some]))["nodes"]
        for category, node in zip(some, found, strict=True):
            category["children"] = node["children"] if node else []
            deepest += [below for child in category["children"] for below in child["children"]]


def _flat(categories: Iterable[dict[str, Any]], depth: int, parent: str | None) -> Iterator[dict[str, Any]]:
    """The tree in the order of the menu, each with how deep it is, where, and all that is below it."""
    for position, category in enumerate(categories):
        below = list(_flat(category["children"], depth + 1, category["id"]))
        ids = {each["id"] for each in below}
        yield {**category, "depth": depth, "parent": parent, "place": position, "below": ids}
        yield from below


ROUTES = (
    route(PATH, get=show_categories, post=create),
    route(f"{PATH}/{{id}}", get=show_nothing, post=update),
    route(f"{PATH}/{{id}}/delete", get=show_nothing, post=delete),
)
