"""What a query finds, decided by looking at every word of every text."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

from models import Comment, Post, PostCategory, PostTag, User
from search.folding import names
from search.query import Query, Term
from search.stemming import language_of, stored_forms

INLINE = {"a", "b", "code", "del", "em", "i", "s", "strong", "sub", "sup"}


class Reader(HTMLParser):
    """The text of HTML, in which blocks stand apart."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002 - the base's signature
        self.text += "" if tag in INLINE else " "

    def handle_endtag(self, tag: str) -> None:
        self.handle_starttag(tag, None)


@dataclass(frozen=True)
class Text:
    """A post or a comment, and what it can be found by."""

    id: str
    moment: datetime
    title: list[str]
    body: list[str]
    language: str
    author: str | None
    categories: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)

    @property
    def is_post(self) -> bool:
        return self.id.startswith("post")


def plain(html: str) -> str:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.text


async def texts() -> list[Text]:
    """All that there is."""
    users = {user.id: user.username for user in await User.all()}
    posts = {post.id: post for post in await Post.all()}
    filed: dict[str, dict[int, set[str]]] = {"categories": {}, "tags": {}}
    for each in await PostCategory.all().select_related("category"):
        filed["categories"].setdefault(each.post_id, set()).add(each.category.slug)
    for tagged in await PostTag.all().select_related("tag"):
        filed["tags"].setdefault(tagged.post_id, set()).add(tagged.tag.slug)

    def text(id_: str, row: Any, moment: datetime, title: str, post: Post) -> Text:
        terms = (filed[name].get(post.id, set()) for name in ("categories", "tags"))
        author = users.get(row.author_id)
        return Text(id_, moment, names(title), names(plain(row.body_html)), post.language, author, *terms)

    return [
        *(text(f"post_{post.id}", post, post.published_at, post.title, post) for post in posts.values()),
        *(
            text(f"comment_{comment.id}", comment, comment.created_at, "", posts[comment.post_id])
            for comment in await Comment.filter(deleted_at__isnull=True)
        ),
    ]


def found(query: Query, among: Iterable[Text], midnight: Callable[[Any], datetime]) -> list[str]:
    """The ids of what is found, in the order of the hits."""
    hits = [text for text in among if not query.is_empty and _fits(query, text, midnight)]
    hits.sort(key=lambda text: _order(query, text), reverse=True)
    return [text.id for text in hits]


def _order(query: Query, text: Text) -> Any:
    number = int(text.id.partition("_")[2])
    return by_title(query, text), int(text.moment.timestamp() // 1), number, text.is_post


def by_title(query: Query, text: Text) -> bool:
    """Whether a post is found by its title."""
    return text.is_post and bool(query.terms) and all(_has(text.title, each, text) for each in query.terms)


def _fits(query: Query, text: Text, midnight: Callable[[Any], datetime]) -> bool:
    return (
        all(_anywhere(term, text) for term in query.terms)
        and not any(_anywhere(term, text) for term in query.without)
        and query.author in (None, text.author)
        and (query.category is None or query.category in text.categories)
        and (query.tag is None or query.tag in text.tags)
        and query.place in (None, "POSTS" if text.is_post else "COMMENTS")
        and (query.after is None or text.moment >= midnight(query.after))
        and (query.before is None or text.moment < midnight(query.before))
    )


def _anywhere(term: Term, text: Text) -> bool:
    """A word may be in the title or in the text, words in a row in one of them."""
    return _has(text.title, term, text) or _has(text.body, term, text)


def _has(words: Sequence[str], term: Term, text: Text) -> bool:
    if term.forms:
        language = language_of(text.language)
        return any({*stored_forms(word, language)} & {*term.forms} for word in words)
    row = list(term.words)
    return any(words[start : start + len(row)] == row for start in range(len(words)))
