"""The npm client @apollo/client 4, with hashed queries over HTTP and subscriptions over graphql-ws."""

from typing import Any

import pytest

from tests.clients import scripts
from tests.clients.requests import ask, sign_in
from tests.server.running import Server


@pytest.fixture
def report(site: Server) -> Any:
    """What a reader's page saw."""
    return scripts.run("apollo.js", site.graphql, sign_in(site, "julien"))


def test_a_readers_page_in_apollo(site: Server, report: Any) -> None:
    total = ask(site, "{ posts { totalCount } }")["posts"]["totalCount"]
    assert report == {
        "pages": {"total": total, "shown": total, "different": total},
        "added": "Written with Apollo",
        "cached": 1,
        "invalid": {
            "__typename": "InvalidInput",
            "fields": [{"__typename": "FieldError", "field": "body", "message": "The body is empty."}],
            "message": report["invalid"]["message"],
        },
        "missing": "NotFound",
        "heard": [True, "Julien Mercier"],
        "refused": ["BAD_USER_INPUT"],
    }
