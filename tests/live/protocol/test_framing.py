"""The two framings: what each says for the same thing, byte by byte."""

from typing import Any

import pytest

from live.protocol.framing import (
    EVENT_STREAM,
    EVENT_STREAM_CHUNKED,
    LAST_FRAME,
    WEBSOCKET,
    EventStreamFraming,
    Framing,
)
from live.protocol.payload import Payload

EVENT = "event: next\nid: 7-a\ndata: {}\n\n"
COMPLETE = "event: complete\ndata: \n\n"
ERRORS = [{"message": "no"}]


@pytest.mark.parametrize(
    ("framing", "frame", "text"),
    [
        (
            WEBSOCKET,
            b'\x81\x25{"id":"1","type":"next","payload":{}}',
            '{"id":"1","type":"next","payload":{}}',
        ),
        (EVENT_STREAM, EVENT.encode(), EVENT),
        (EVENT_STREAM_CHUNKED, b"1e\r\n%b\r\n" % EVENT.encode(), EVENT),
    ],
)
def test_a_payload_is_the_same_message_as_bytes_and_as_text(
    framing: Framing, frame: bytes, text: str
) -> None:
    head, payload = framing.head("1"), Payload("{}", "7-a")
    assert (framing.frame(head, payload), framing.text(head, payload)) == (frame, text)


def test_an_operation_of_a_websocket_ends_under_its_id() -> None:
    assert WEBSOCKET.answered(WEBSOCKET.head("1"), "{}") == '{"id":"1","type":"next","payload":{}}'
    assert WEBSOCKET.failed("1", ERRORS) == '{"id":"1","type":"error","payload":[{"message":"no"}]}'
    assert WEBSOCKET.complete("1") == '{"id":"1","type":"complete"}'


def test_the_operation_of_an_event_stream_ends_with_complete() -> None:
    assert EVENT_STREAM.answered(b"", "{}") == "event: next\ndata: {}\n\n"
    assert (
        EVENT_STREAM.failed("", ERRORS)
        == f'event: next\ndata: {{"errors":[{{"message":"no"}}]}}\n\n{COMPLETE}'
    )
    assert EVENT_STREAM.complete("") == COMPLETE


def test_a_websocket_closes_with_a_code_and_its_reason() -> None:
    assert WEBSOCKET.message("a") == {"type": "websocket.send", "text": "a"}
    assert WEBSOCKET.close_message(4431, "why") == {"type": "websocket.close", "code": 4431, "reason": "why"}
    assert not WEBSOCKET.closes_in_order


@pytest.mark.parametrize("framing", [EVENT_STREAM, EVENT_STREAM_CHUNKED])
def test_an_event_stream_ends_with_its_body(framing: EventStreamFraming) -> None:
    def part(body: bytes, *, more: bool) -> dict[str, Any]:
        return {"type": "http.response.body", "body": body, "more_body": more}

    assert framing.message("é") == part("é".encode(), more=True)
    assert framing.message(LAST_FRAME) == part(b"", more=False)
    assert framing.close_message(4431, "why") == part(b": why\n\n", more=False)
    assert framing.closes_in_order
