"""Half a thousand questions find on each database what a look at every word finds, in the same order."""

from datetime import UTC, datetime, time
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from models import Comment, CommentStatus, Post, PostKind, PostStatus
from resolvers import search_index
from search.query import Query, parsed
from server.demo.planting import plant
from server.fill import prose
from storage import Database
from tests import factories
from tests.search import matcher
from tests.search.asking import POLICY, WHOLE, Asker
from tests.search.questions import questions

QUESTIONS = 510
PARIS = ZoneInfo(POLICY.site.timezone)
ODD = [
    "Thé, the THÉ; L’Œuvre de l'entreprise. C++ et C#: été E\u0301te\u0301, TCP/IP 1.5 don't foo_bar",
    "東京タワーと京都 straße İstanbul हिन्दी a b a*b 'a':1 =a ^a",
    "the old the old the " * 200 + "very last",
    "x" * 5_000 + " a",
]


def midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), PARIS)


async def fill() -> None:
    await plant(datetime(2024, 5, 1, 12, tzinfo=UTC), "!")
    random = Random(7)
    posts = [
        await factories.post(
            title=title,
            language=language,
            body_html=f"<p>{prose.body(random, 'fr' if language == 'fr' else 'en', 300)}</p>",
        )
        for title, language in (
            ("The old thé", "en"),
            ("Le vieux serveur", "fr"),
            ("C++ & Œuvres", "de"),
            ("", "ja"),
        )
    ]
    await factories.post(title="An old imprint", kind=PostKind.PAGE, body_html="<p>The <b>ol</b>d page</p>")
    await factories.post(title="The old elsewhere", kind=PostKind.EXTERNAL)
    author = await factories.user()
    for number, text in enumerate([*ODD, *(prose.comment(random, "fr") for _ in range(30))]):
        place = {"post": posts[number % 4], "author": author}
        await factories.comment(body_html=f"<p>{text}</p>".replace("&", "&amp;"), **place)
    await search_index.index_everything()


async def seen() -> list[matcher.Text]:
    """What anybody is shown by lists."""
    public = {
        f"post_{post.id}": post
        for post in await Post.filter(status=PostStatus.PUBLISHED)
        if post.counted or post.published_at <= datetime(2030, 1, 1, tzinfo=UTC)
    }
    approved = {
        f"comment_{comment.id}"
        for comment in await Comment.filter(status=CommentStatus.APPROVED)
        if f"post_{comment.post_id}" in public
    }
    shown = {id_ for id_, post in public.items() if post.kind is not PostKind.EXTERNAL} | approved
    return [text for text in await matcher.texts() if text.id in shown]


async def test_each_question_finds_what_a_look_at_every_word_finds(database: Database) -> None:
    await fill()
    texts, asker = await seen(), Asker(database)
    found = 0
    for number, question in enumerate(questions(Random(3), texts, QUESTIONS)):
        query = parsed(question, POLICY.site.language)
        expected = matcher.found(query, texts, midnight)
        assert await asker.ids(question) == expected, question
        found += bool(expected)
        if not number % 10:
            check(query, await asker.ask(WHOLE, query=question), expected, texts)
    assert found > QUESTIONS / 2


def check(query: Query, answer: Any, expected: list[str], texts: list[matcher.Text]) -> None:
    """The rest of an answer: how many there are, how good each is, and what of it is marked."""
    by_id = {text.id: text for text in texts}
    assert answer["totalCount"] == len(expected)
    for hit in answer["nodes"]:
        assert (hit["score"] == 2) is matcher.by_title(query, by_id[hit["node"]["id"]])
        assert sum(len(piece["text"]) for piece in hit["snippet"]) <= 250
        pieces = [*hit["title"], *hit["snippet"]]
        assert all(piece["text"] for piece in pieces)
        assert not query.terms or any(piece["matched"] for piece in pieces), (query, hit)
