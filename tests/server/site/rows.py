"""What the pages show: rows for their tests."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from models import Linkback, LinkbackKind, LinkbackStatus, Post
from resolvers.markdown import render_post
from tests import factories

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>--><b>&amp;{{7*7}}"
LATE = datetime(2024, 3, 31, 22, 30, tzinfo=UTC)
"""It is April in Paris then."""
IN_PARIS = {"site_timezone": "Europe/Paris", "pingbacks": True}
on_both = pytest.mark.parametrize("site_database", ["sqlite", "postgresql"], indirect=True)


async def linkback(post: Post, **values: Any) -> Linkback:
    """An approved trackback."""
    source = values.setdefault("source_url", "https://else.example/one")
    return await Linkback.create(
        **{
            "post": post,
            "kind": LinkbackKind.TRACKBACK,
            "status": LinkbackStatus.APPROVED,
            "source_digest": sha256(source.encode()).hexdigest(),
            "received_at": LATE,
            **values,
        }
    )


async def notes(**values: Any) -> Post:
    """A post with all that a post can have."""
    defaults = {
        "slug": "notes",
        "title": "Notes & <numbers>",
        "excerpt": "Some words.",
        "body_html": rendered("Some *words*.\n\n| a | b |\n|--:|---|\n| 1 | 2 |"),
        "language": "en-GB",
        "author": await factories.author(name="Ada Lovelace"),
        "category": await factories.category(name="Music", slug="music"),
        "also_in": [await factories.category(name="Maths")],
        "tags": ["Engines", "Bernoulli"],
        "published_at": LATE,
    }
    return await factories.post(**{**defaults, **values})


def rendered(text: str) -> str:
    """The HTML of a post's source."""
    return render_post(text, longest=1000).html
