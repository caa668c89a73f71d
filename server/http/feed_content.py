"""From what the API answers to a feed's entries: ids that never change, addresses that are absolute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from resolvers import feeds
from resolvers.feeds import FeedKind
from resolvers.policy import Site
from server.http.feed_address import FeedAddress
from syndication import DeletedEntry, Entry, Feed, Label, Person, Reference, Replies, absolute

Row = Mapping[str, Any]

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a list without entries was last changed, where nobody knows when it began."""
NOBODY = {"fr": "Anonyme"}
"""By languages what people are called whose account was deleted; in all others as in English."""


@dataclass(frozen=True, slots=True)
class FeedContent:
    """Makes the feed at an address of this site; `prefix` is what its ids begin with."""

    site: Site
    prefix: str
    address: FeedAddress

    def feed(self, data: Row) -> Feed:
        """The feed of what `server.http.feed_documents` asks for."""
        listed: Row = data.get("list") or {}
        of_comments = self.address.kind.has_comments
        page = (data if "comments" in data or "posts" in data else listed)[
            "comments" if of_comments else "posts"
        ]
        about = listed.get("post") or listed
        language = about.get("language") or self.site.language
        cursor = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        here = self.address
        return Feed(
            id=self._feed_id(listed),
            title=self._title(about, language),
            subtitle=self.site.description if not listed else listed.get("subtitle") or "",
            url=self._page_url(about),
            language=language,
            self_url=self.site.url + here.path(after=here.after),
            first_url=self.site.url + here.path(),
            next_url=None if cursor is None else self.site.url + here.path(after=cursor),
            entries=tuple(map(self._comment if of_comments else self._post, page["nodes"])),
            begun=_moment(listed.get("begun")) or NEVER,
        )

    def _feed_id(self, listed: Row) -> str:
        what = "comments" if self.address.kind.has_comments else "posts"
        return f"{self.prefix}{listed['id']}/{what}" if listed else f"{self.prefix}{what}"

    def _title(self, about: Row, language: str) -> str:
        title = about.get("title")
        if self.address.kind.has_comments:
            return feeds.comments_on(title or self.site.title, language)
        return f"{title} – {self.site.title}" if title else self.site.title  # noqa: RUF001 - a dash

    def _page_url(self, about: Row) -> str:
        if not about:
            return f"{self.site.url}/"
        folder = self.address.kind.split("/")[1]
        url: str = about.get("url") or f"{self.site.url}/{folder}/{quote(about['name'], safe='')}"
        return url

    def _post(self, row: Row) -> Entry:
        published = _moment(row["publishedAt"]) or NEVER
        newest = row["comments"]["nodes"]
        return Entry(
            id=self.prefix + row["id"],
            url=row["url"],
            title=row["title"],
            html=absolute(row["bodyHtml"], row["url"]),
            author=self._person(row["author"], row["language"]),
            published=published,
            updated=max(published, _moment(row["updatedAt"]) or published),
            language=row["language"],
            summary=row["excerpt"],
            image_url=row["image"] and row["image"]["url"],
            labels=tuple(Label(label["slug"], label["name"]) for label in (*row["categories"], *row["tags"])),
            replies=Replies(
                count=row["commentCount"],
                feed_url=self._feed_url(FeedKind.POST, row["slug"]),
                url=f"{row['url']}#comments",
                updated=_moment(newest[0]["createdAt"]) if newest else None,
            ),
        )

    def _comment(self, row: Row) -> Entry | DeletedEntry:
        post, id_ = row["post"], self.prefix + row["id"]
        deleted = _moment(row["deletedAt"])
        if deleted is not None:
            return DeletedEntry(id_, deleted, self._replies_to(row))
        written = _moment(row["createdAt"]) or NEVER
        url = _comment_url(post, row["id"])
        return Entry(
            id=id_,
            url=url,
            title=f"Re: {post['title']}",
            html=absolute(row["bodyHtml"], post["url"]),
            author=self._person(row["author"], post["language"]),
            published=written,
            updated=_moment(row["editedAt"]) or written,
            language=post["language"],
            in_reply_to=self._replies_to(row),
            replies=Replies(row["replyCount"], self._feed_url(FeedKind.THREAD, row["id"]), url),
        )

    def _replies_to(self, row: Row) -> Reference:
        """Another comment, or the post."""
        post, parent = row["post"], row["parent"]
        feed_url = self._feed_url(FeedKind.POST, post["slug"])
        if parent is None:
            return Reference(self.prefix + post["id"], post["url"], feed_url)
        return Reference(self.prefix + parent["id"], _comment_url(post, parent["id"]), feed_url)

    def _feed_url(self, kind: FeedKind, name: str) -> str:
        return self.site.url + self.address.path(kind=kind, name=name)

    def _person(self, author: Row | None, language: str) -> Person:
        """Who wrote it: readers with an account have a page here, guests what they gave."""
        if author is None:
            return Person(NOBODY.get(language.partition("-")[0].lower(), "Anonymous"))
        if author["username"] is None:
            return Person(author["name"], author["website"])
        return Person(author["name"], f"{self.site.url}/people/{author['username']}")


def _comment_url(post: Row, id_: str) -> str:
    return f"{post['url']}#{id_}"


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
