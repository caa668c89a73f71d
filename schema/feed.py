"""Feeds, as pages name them."""

import strawberry

from resolvers import feeds
from resolvers.feeds import ListedFeed
from resolvers.policy import Site
from syndication import FeedFormat


@strawberry.type(
    description='A feed for feed readers: what `<link rel="alternate">` names on a page of the site.'
)
class FeedLink:
    """A feed for feed readers."""

    title: str = strawberry.field(description="What is in it.")
    format: FeedFormat = strawberry.field(description="How it is written.")
    url: str = strawberry.field(description="Where it is.")
    comments: bool = strawberry.field(description="Whether it is of comments; otherwise it is of posts.")


def links(lists: list[ListedFeed], site: Site) -> list[FeedLink]:
    """The feeds of these lists, each in all formats."""
    return [
        FeedLink(title=link.title, format=link.format, url=link.url, comments=link.comments)
        for link in feeds.feeds(lists, site)
    ]
