"""The site itself."""

import strawberry

from auth.names import NAME_LENGTH
from auth.passwords import SHORTEST_CHARACTERS
from auth.policy import GuestPolicy
from compiler.pages import LARGEST_PAGE
from resolvers import feeds
from resolvers.linkback_addresses import webmention_url
from resolvers.policy import Moderation, Policy
from resolvers.validation import BIO_LENGTH, EXCERPT_LENGTH, TITLE_LENGTH
from schema.feed import FeedLink, links
from schema.sharing import ShareService, shown


@strawberry.type(description="What the site takes: lengths in characters, times in seconds.")
class SiteLimits:
    """What a form must know before it is sent."""

    comment_length: int = strawberry.field(description="The longest body of a comment.")
    comment_edit_window: int = strawberry.field(
        description="For how many seconds after writing a comment its author may edit it."
    )
    reply_depth: int = strawberry.field(description="The `depth` of the deepest replies.")
    post_length: int = strawberry.field(description="The longest body of a post.")
    title_length: int = strawberry.field(description="The longest title of a post.")
    excerpt_length: int = strawberry.field(description="The longest excerpt of a post.")
    name_length: int = strawberry.field(description="The longest name of an account.")
    bio_length: int = strawberry.field(description="The longest bio of an account.")
    password_min_length: int = strawberry.field(description="The shortest password.")
    page_size: int = strawberry.field(description="The largest `first` or `last` of a list.")


@strawberry.type(description="The site as its owner named it.")
class Site:
    """The site as its owner named it."""

    title: str = strawberry.field(description="The site's name.")
    description: str = strawberry.field(description="Its subtitle.")
    url: str = strawberry.field(description="Where its pages begin.")
    language: str = strawberry.field(description="Its main language, a BCP 47 tag.")
    timezone: str = strawberry.field(description="Where its days begin, as the IANA database calls it.")
    moderation: Moderation = strawberry.field(description="When comments are decided about.")
    guests: GuestPolicy = strawberry.field(
        description="Whether people without an account comment: `addComment(input: {guest: …})`."
    )
    webmention_url: str | None = strawberry.field(
        description="Where other sites say that a page of theirs links to a post; null where nobody listens."
    )
    limits: SiteLimits = strawberry.field(description="What a form must know before it is sent.")
    share_services: list[ShareService] = strawberry.field(
        description="Where readers can share its posts: `Post.shareLinks`."
    )
    feeds: list[FeedLink] = strawberry.field(description="Its posts and all comments, in each format.")


def the_site(policy: Policy) -> Site:
    """The site that this process serves, under its rules for writing."""
    auth, site = policy.auth, policy.site
    limits = SiteLimits(
        comment_length=policy.longest_comment,
        comment_edit_window=int(auth.comment_edit_window.total_seconds()),
        reply_depth=auth.deepest_reply,
        post_length=policy.longest_post,
        title_length=TITLE_LENGTH,
        excerpt_length=EXCERPT_LENGTH,
        name_length=NAME_LENGTH,
        bio_length=BIO_LENGTH,
        password_min_length=SHORTEST_CHARACTERS,
        page_size=LARGEST_PAGE,
    )
    return Site(
        title=site.title,
        description=site.description,
        url=site.url,
        language=site.language,
        timezone=site.timezone,
        moderation=policy.moderation,
        guests=auth.guests,
        webmention_url=webmention_url(policy),
        limits=limits,
        share_services=[shown(service) for service in site.share_services],
        feeds=links(feeds.of_site(site), site),
    )
