"""Categories and tags: all of them, and the posts of each."""

from urllib.parse import quote

from resolvers import feeds
from server.site.answers import Answer, moved
from server.site.listing import place, show_list
from server.site.routing import route
from server.site.structured_data import breadcrumbs, category_address, json_ld
from server.site.visit import NotHereError, Visit

TAGS_PER_PAGE = 100


async def show_categories(visit: Visit) -> Answer:
    """The tree of categories, with what each is about."""
    return visit.show("categories.html", await visit.ask("categories"))


async def show_category(visit: Visit) -> Answer:
    """A category, the ones below it, and its posts."""
    slug = visit.params["slug"]
    data = await visit.ask("category", slug=slug, **place(visit))
    category = data["category"]
    if category is None:
        raise NotHereError
    if category["slug"] != slug:
        return moved(category_address(visit.site, category["slug"]))
    above = [category["parent"]] if category["parent"] else []
    steps = [(each["name"], category_address(visit.site, each["slug"])) for each in (*above, category)]
    return show_list(
        visit,
        "category.html",
        data,
        category["posts"],
        f"/categories/{quote(slug, safe='')}",
        feeds.of_category(slug, category["name"]),
        json_ld=json_ld(breadcrumbs(visit.site, *steps)),
    )


async def show_tags(visit: Visit) -> Answer:
    """All tags by name."""
    return visit.show(
        "tags.html", await visit.ask("tags", first=TAGS_PER_PAGE, after=visit.query.get("after"))
    )


async def show_tag(visit: Visit) -> Answer:
    """The posts with a tag."""
    slug = visit.params["slug"]
    data = await visit.ask("tag", slug=slug, **place(visit))
    tag = data["tag"]
    if tag is None:
        raise NotHereError
    if tag["slug"] != slug:
        return moved(f"{visit.site.url}/tags/{quote(tag['slug'], safe='')}")
    path = f"/tags/{quote(slug, safe='')}"
    return show_list(visit, "tag.html", data, tag["posts"], path, feeds.of_tag(slug, tag["name"]))


ROUTES = (
    route("/categories", get=show_categories),
    route("/categories/{slug}", get=show_category),
    route("/categories/{slug}/page/{number:int}", get=show_category),
    route("/tags", get=show_tags),
    route("/tags/{slug}", get=show_tag),
    route("/tags/{slug}/page/{number:int}", get=show_tag),
)
