"""Where feeds are, and what pages say of them."""

from resolvers import feeds
from resolvers.feeds import FeedKind, FeedLink
from resolvers.policy import Site
from syndication import FeedFormat

SITE = Site(title="Blog", url="https://blog.example", language="fr")


def test_a_site_has_feeds_of_posts_and_of_comments() -> None:
    found = feeds.feeds(feeds.of_site(SITE), SITE)
    assert [(link.title, link.url, link.media_type, link.comments) for link in found] == [
        ("Blog", "https://blog.example/feed.atom", "application/atom+xml", False),
        ("Blog", "https://blog.example/feed.rss", "application/rss+xml", False),
        ("Blog", "https://blog.example/feed.json", "application/feed+json", False),
        ("Commentaires : Blog", "https://blog.example/comments.atom", "application/atom+xml", True),
        ("Commentaires : Blog", "https://blog.example/comments.rss", "application/rss+xml", True),
        ("Commentaires : Blog", "https://blog.example/comments.json", "application/feed+json", True),
    ]


def test_everything_with_a_list_has_its_own() -> None:
    lists = [
        *feeds.of_post("a", "A", "en"),
        *feeds.of_category("b", "B"),
        *feeds.of_tag("c d/é", "C"),
        *feeds.of_user("e", "E"),
    ]
    atom = [link for link in feeds.feeds(lists, SITE) if link.format is FeedFormat.ATOM]
    assert atom == [
        FeedLink("Comments: A", FeedFormat.ATOM, "https://blog.example/posts/a/comments.atom", comments=True),
        FeedLink("B", FeedFormat.ATOM, "https://blog.example/categories/b/feed.atom", comments=False),
        FeedLink("C", FeedFormat.ATOM, "https://blog.example/tags/c%20d%2F%C3%A9/feed.atom", comments=False),
        FeedLink("E", FeedFormat.ATOM, "https://blog.example/people/e/feed.atom", comments=False),
    ]
    assert feeds.path(FeedKind.THREAD, "comment_7", FeedFormat.JSON) == "/comments/comment_7/comments.json"


def test_a_guest_has_none() -> None:
    assert feeds.of_user(None, "Guest") == []
