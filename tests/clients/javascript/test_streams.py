"""What the JavaScript client makes of connections that end, are refused, or say nothing."""

from typing import Any

import pytest

from tests.clients.javascript.view import run


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    return dict(run("streams.js"))


def cursors(asked: list[dict[str, Any]]) -> list[str | None]:
    return [each["after"] for each in asked]


def test_a_connection_goes_on_after_the_last_event(seen: dict[str, Any]) -> None:
    resumed = seen["resumed"]
    assert cursors(resumed["asked"]) == [None, "2", "3"]
    assert resumed["told"] == ["2", "3"]
    assert cursors(seen["begun"]["asked"]) == [None, None]


def test_letters_may_come_in_pieces(seen: dict[str, Any]) -> None:
    assert seen["split"]["told"] == ["é"]


def test_a_reset_is_no_event(seen: dict[str, Any]) -> None:
    assert seen["reset"]["told"] == ["reset 4"]


def test_it_waits_as_long_as_it_is_told(seen: dict[str, Any]) -> None:
    ((code, wait),) = seen["patient"]["waits"]
    assert code == "TOO_MANY_CONNECTIONS"
    assert 300 <= wait < 310
    ((_, dated),) = seen["dated"]["waits"]
    assert 0 < dated < 1510
    ((_, told),) = seen["told"]["waits"]
    assert 20 <= told <= 60


def test_what_passes_by_itself_is_tried_again(seen: dict[str, Any]) -> None:
    assert [code for code, _ in seen["proxied"]["waits"]] == ["NETWORK"]
    assert [code for code, _ in seen["later"]["waits"]] == ["TOO_MANY_SUBSCRIPTIONS", "UNAVAILABLE"]
    assert [code for code, _ in seen["silent"]["waits"]] == ["NETWORK"]


def test_what_is_wrong_is_not(seen: dict[str, Any]) -> None:
    assert seen["wrong"] == {
        "asked": [{"after": None, "token": None}],
        "told": ["error GRAPHQL_VALIDATION_FAILED"],
        "waits": [],
        "expired": [],
    }
    assert seen["malformed"]["told"] == ["error BAD_USER_INPUT"]
    assert seen["over"]["told"] == ["1", "complete"]


def test_a_token_that_is_not_good_is_sent_once(seen: dict[str, Any]) -> None:
    expired = seen["expired"]
    assert [each["token"] for each in expired["asked"]] == ["Bearer old", None, None]
    assert expired["expired"] == ["INVALID_TOKEN"]
    assert expired["told"] == ["1"]
