"""Feeds of everything that has a list: where they are, and what pages say of them.

feeds(of_post(post.slug, post.title), policy.site)   what a page's <link rel="alternate"> say, and `Post.feeds`
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from resolvers.policy import Site
from syndication import FeedFormat

COMMENTS_ON = {"fr": "Commentaires : {}"}
"""By languages what comments on something are called; in all others as in English."""


class FeedKind(StrEnum):
    """What a feed lists."""

    POSTS = "/feed"
    COMMENTS = "/comments"
    CATEGORY = "/categories/{}/feed"
    TAG = "/tags/{}/feed"
    USER = "/people/{}/feed"
    POST = "/posts/{}/comments"
    THREAD = "/comments/{}/comments"

    @property
    def has_comments(self) -> bool:
        """Whether its entries are comments."""
        return self in (FeedKind.COMMENTS, FeedKind.POST, FeedKind.THREAD)


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """The list that a feed is of; `name` is what it is called in addresses, `title` for people."""

    kind: FeedKind
    name: str
    title: str

    def path(self, format_: FeedFormat) -> str:
        """Where it is on the site."""
        return path(self.kind, self.name, format_)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed as pages name it."""

    title: str
    format: FeedFormat
    url: str
    comments: bool

    @property
    def media_type(self) -> str:
        """The `type` of the link."""
        return self.format.media_type


def path(kind: FeedKind, name: str, format_: FeedFormat) -> str:
    """Where the feed of the list of this name is, on the site."""
    return f"{kind.format(quote(name, safe=''))}.{format_.ending}"


def feeds(lists: Iterable[ListedFeed], site: Site) -> list[FeedLink]:
    """The feeds of these lists, each in all formats."""
    return [
        FeedLink(listed.title, format_, site.url + listed.path(format_), listed.kind.has_comments)
        for listed in lists
        for format_ in FeedFormat
    ]


def of_site(site: Site) -> list[ListedFeed]:
    """Its posts, and all comments."""
    return [
        ListedFeed(FeedKind.POSTS, "", site.title),
        ListedFeed(FeedKind.COMMENTS, "", comments_on(site.title, site.language)),
    ]


def of_post(slug: str, title: str, language: str) -> list[ListedFeed]:
    """The comments on a post."""
    return [ListedFeed(FeedKind.POST, slug, comments_on(title, language))]


def of_category(slug: str, name: str) -> list[ListedFeed]:
    """The posts in a category."""
    return [ListedFeed(FeedKind.CATEGORY, slug, name)]


def of_tag(slug: str, name: str) -> list[ListedFeed]:
    """The posts with a tag."""
    return [ListedFeed(FeedKind.TAG, slug, name)]


def of_user(username: str | None, name: str) -> list[ListedFeed]:
    """The posts of an author; guests have no page, and no feed."""
    return [] if username is None else [ListedFeed(FeedKind.USER, username, name)]


def comments_on(title: str, language: str) -> str:
    """What the comments on something are called in its language."""
    return COMMENTS_ON.get(language.partition("-")[0].lower(), "Comments: {}").format(title)
