"""What every tool's program should see on the sample blog."""

from datetime import datetime
from typing import Any

import pytest

from tests.clients.requests import ask
from tests.server.running import Server

POST = '{ post(by: {slug: "keyset-paging-or-why-page-500-is-slow"}) { title publishedAt } }'


@pytest.fixture
def seen(sqlite_site: Server) -> dict[str, Any]:
    """The program's report, but for its own words."""
    post = ask(sqlite_site, POST)["post"]
    return {
        "title": post["title"],
        "at": datetime.fromisoformat(post["publishedAt"]),
        "user": "julien",
        "invalid": [{"field": "body", "message": "The body is empty."}],
    }
