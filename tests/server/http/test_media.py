"""Which media type an answer has, and which one a body may have."""

import pytest

from server.http.media import EVENTS, HTML, JSON, RESPONSE, accepts_events, is_json, negotiate

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (RESPONSE, RESPONSE),
        (f"{RESPONSE};charset=utf-8", RESPONSE),
        (f"{JSON}; charset=utf-8", JSON),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (f"{JSON}, {RESPONSE}", RESPONSE),
        (f"{JSON}, {RESPONSE};q=0.5", JSON),
        (f"{RESPONSE};q=0, */*", JSON),
        (f"{JSON};q=0, */*", RESPONSE),
        (f"{JSON}, */*", JSON),
        ("APPLICATION/JSON", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("text/html", None),
        ("image/png, text/*", None),
        (f"{JSON};q=0", None),
        (f"{JSON};q=x", None),
        (",;,", None),
    ],
)
def test_answers_have_the_type_that_the_client_likes_best(accept: str, expected: str | None) -> None:
    assert negotiate(accept) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [(CHROME, HTML), ("text/html", HTML), ("*/*", JSON), ("", JSON), (f"text/html;q=0.5, {JSON}", JSON)],
)
def test_a_page_is_for_those_who_name_html(accept: str, expected: str) -> None:
    assert negotiate(accept, html=True) == expected


URQL = f"{RESPONSE}, application/graphql+json, {JSON}, {EVENTS}, multipart/mixed"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (EVENTS, EVENTS),
        (f"{EVENTS}, multipart/mixed", EVENTS),
        (f"{EVENTS}, */*", EVENTS),
        (f"{JSON};q=0.5, {EVENTS}", EVENTS),
        (f"{JSON}, {EVENTS}", JSON),
        (f"{EVENTS};q=0.5, */*", JSON),
        (URQL, RESPONSE),
        ("text/*", None),
        ("*/*", JSON),
    ],
)
def test_a_stream_is_for_those_who_would_rather_have_one(accept: str, expected: str | None) -> None:
    assert negotiate(accept, events=True) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (EVENTS, True),
        (URQL, True),
        (f"{JSON}, Text/Event-Stream; q=0.01", True),
        (f"{JSON}, {EVENTS};q=0", False),
        ("", False),
        ("*/*", False),
        ("text/*", False),
    ],
)
def test_who_reads_streams_names_them(accept: str, expected: bool) -> None:
    assert accepts_events(accept) is expected


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        (JSON, True),
        (f"{JSON};charset=utf-8", True),
        (f'{JSON}; charset="UTF-8"', True),
        (f"{JSON}; profile=x", True),
        (f"{JSON}; charset=latin-1", False),
        (f"{JSON}; charset=", False),
        ("", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("multipart/form-data; boundary=x", False),
        (RESPONSE, False),
        ("application/jsonp", False),
    ],
)
def test_a_body_is_json_in_utf_8(content_type: str, expected: bool) -> None:
    assert is_json(content_type) is expected
