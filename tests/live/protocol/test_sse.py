"""The text of event streams."""

import json

import pytest

from live.protocol import sse
from live.protocol.payload import Payload


def read(text: str) -> list[dict[str, str]]:
    """What the HTML standard makes of a stream: section 9.2.6, in short."""
    messages = []
    for block in text.split("\n\n")[:-1]:
        fields: dict[str, str] = {}
        for line in block.split("\n"):
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            fields[name] = f"{fields[name]}\n{value}" if name == "data" and "data" in fields else value
        messages.append(fields)
    return messages


@pytest.mark.parametrize(
    "text",
    ['{"data":1}', '[{"a" : 1}, \n {"b" : 2}]', '{"a":"\u2028\u2029\x85 é 🎈"}', '{"a":"id: 7\\n\\nid: 8"}'],
)
def test_an_answer_is_one_message_whatever_is_in_it(text: str) -> None:
    (message,) = read(sse.next_message(text, "7-00000000"))
    assert json.loads(message.pop("data")) == json.loads(text)
    assert message == {"event": "next", "id": "7-00000000"}


def test_only_what_has_a_place_in_the_feed_has_an_id() -> None:
    assert sse.next_message("{}") == "event: next\ndata: {}\n\n"
    assert sse.next_message("{}", "1-00000000") == "event: next\nid: 1-00000000\ndata: {}\n\n"


def test_the_end_has_data_so_that_browsers_hear_of_it() -> None:
    assert read(sse.COMPLETE) == [{"event": "complete", "data": ""}]


def test_a_payload_is_a_chunk_of_the_same_message() -> None:
    payload = Payload('{"a":"é"}', "1-00000000")
    size, _, rest = payload.chunk().partition(b"\r\n")
    assert rest == payload.event().encode() + b"\r\n"
    assert int(size, 16) == len(payload.event().encode())
