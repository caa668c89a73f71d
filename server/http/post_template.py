"""A post's page: what is read of the blog for it, and the HTML that is made of this."""

import re
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

import web
from resolvers.policy import Site
from resolvers.share_services import INSTANCE
from server.http.discovery import Discovery
from server.http.page_words import counted, words_of

DOCUMENT = """
query PostPage($slug: String!) {
  post(by: { slug: $slug }) {
    id kind slug title bodyHtml excerpt language publishedAt url
    author { name }
    categories { name }
    tags { name }
    image { url: sized(width: 1280) alt width height }
    shareLinks { url service { name } }
    commentCount
    comments(first: 100, orderBy: OLDEST, flat: true) {
      nodes { id bodyHtml createdAt deleted author { name } parent { id } }
      pageInfo { hasNextPage }
    }
    linkbackCount
    linkbacksOpen
    linkbacks(first: 100) {
      nodes { sourceUrl siteName title excerpt authorName receivedAt }
      pageInfo { hasNextPage }
    }
  }
}
"""
"""The first hundred comments and the last hundred linkbacks: whoever wants all needs a site that can turn pages."""
STYLESHEET = "post.css"
_ALIGNED = re.compile(r'(<t[dh]\b[^<>]*?) style="text-align:\s*(left|right|center|justify);?"')


class PostTemplate:
    """Makes pages of answers to DOCUMENT."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._stylesheet = f"{STYLESHEET}?v={_digest(STYLESHEET)}"
        self._template = _environment(ZoneInfo(site.timezone)).get_template("post.html")

    def page(self, post: dict[str, Any], discovery: Discovery) -> str:
        """The page of the answer's post."""
        return self._template.render(
            post=post,
            site=self._site,
            words=words_of(post["language"]),
            stylesheet=self._stylesheet,
            discovery=discovery,
            trackback_rdf=discovery.trackback_rdf(post),
            shared=[link for link in post["shareLinks"] if INSTANCE not in link["url"]],
            threads=threads(post["comments"]["nodes"]),
            comment_page=len(post["comments"]["nodes"]),
            more_comments=post["comments"]["pageInfo"]["hasNextPage"],
            linkback_page=len(post["linkbacks"]["nodes"]),
            more_linkbacks=post["linkbacks"]["pageInfo"]["hasNextPage"],
        )


def threads(comments: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The comments of a list with each reply in the `replies` of what it answers, if that is in the list."""
    by_id = {comment["id"]: {**comment, "replies": []} for comment in comments}
    tops: list[dict[str, Any]] = []
    for comment in by_id.values():
        parent = by_id.get(comment["parent"]["id"]) if comment["parent"] else None
        (tops if parent is None else parent["replies"]).append(comment)
    return tops


def _digest(name: str) -> str:
    """What is another one as soon as the file is."""
    return blake2b((web.STATIC / name).read_bytes(), digest_size=8).hexdigest()


def _environment(timezone: ZoneInfo) -> Environment:
    def written(form: str) -> Any:
        return lambda moment: datetime.fromisoformat(moment).astimezone(timezone).strftime(form)

    environment = Environment(
        loader=FileSystemLoader(web.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "day": written("%Y-%m-%d"),
        "minute": written("%Y-%m-%d %H:%M"),
        "sanitised": _sanitised,
        "counted": _counted,
    }
    environment.tests["web_address"] = _is_web_address
    return environment


def _sanitised(html: str) -> Markup:
    """HTML that was made harmless when it was written; the policy of the page has no room for its only style."""
    return Markup(_ALIGNED.sub(r'\1 align="\2"', html))  # noqa: S704 - by resolvers.rendering


@pass_context
def _counted(context: Context, forms: str, number: int) -> str:
    return counted(forms, number, context["post"]["language"])


def _is_web_address(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https")
    except ValueError:
        return False
