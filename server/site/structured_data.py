"""What pages say of themselves to search engines: schema.org's terms as JSON-LD."""

import json
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from resolvers.policy import Site
from server.site.templates import absolute

_HIDDEN = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)
"""Inside a string of JSON these mean the same, and nothing can end the element."""
CONTEXT = "https://schema.org"


def json_ld(*things: dict[str, Any]) -> Markup:
    """The text of a `script` element that is data."""
    graph = {"@context": CONTEXT, "@graph": things}
    written = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
    return Markup(written.translate(_HIDDEN))  # noqa: S704 - nothing of HTML is left in it


def website(site: Site) -> dict[str, Any]:
    """The site, and where to search it."""
    return {
        "@type": "WebSite",
        "@id": f"{site.url}/#site",
        "url": f"{site.url}/",
        "name": site.title,
        "description": site.description,
        "inLanguage": site.language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": f"{site.url}/search?q={{q}}",
            "query-input": "required name=q",
        },
    }


def breadcrumbs(site: Site, *steps: tuple[str, str]) -> dict[str, Any]:
    """The way to a page: the front page, then these names and addresses."""
    way = ((site.title, f"{site.url}/"), *steps)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(way, 1)
        ],
    }


def category_address(site: Site, slug: str) -> str:
    """Where a category's page is."""
    return f"{site.url}/categories/{quote(slug, safe='')}"


def posting(site: Site, post: dict[str, Any]) -> dict[str, Any]:
    """A post, as its page's operation reads it."""
    author = post["author"]
    person = {"@type": "Person", "name": author["name"]}
    if author["username"]:
        person["url"] = f"{site.url}/people/{quote(author['username'], safe='')}"
    told = {
        "@type": "BlogPosting",
        "@id": post["url"],
        "url": post["url"],
        "mainEntityOfPage": post["url"],
        "headline": post["title"],
        "description": post["excerpt"],
        "inLanguage": post["language"],
        "datePublished": post["publishedAt"],
        "dateModified": post["updatedAt"],
        "author": person,
        "publisher": {"@type": "Organization", "name": site.title, "url": f"{site.url}/"},
        "commentCount": post["commentCount"],
        "keywords": [tag["name"] for tag in post["tags"]],
        "articleSection": [category["name"] for category in post["categories"]],
    }
    if post["image"]:
        told["image"] = absolute(site, post["image"]["url"])
    return told
