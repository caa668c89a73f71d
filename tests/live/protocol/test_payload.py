import pytest
from websockets.frames import Frame, Opcode

from live.protocol.payload import Payload

HEAD = b'{"id":"1","type":"next","payload":'


@pytest.mark.parametrize("length", [1, 90, 91, 92, 1_000, 65_499, 65_500, 65_501, 100_000])
def test_a_frame_is_as_a_library_makes_it(length: int) -> None:
    text = "é" + "a" * (length - 1)
    message = HEAD + text.encode() + b"}"
    assert Payload(text, "1-00000000").frame(HEAD) == Frame(Opcode.TEXT, message).serialize(mask=False)


def test_heads_of_several_lengths_may_share_a_payload() -> None:
    payload = Payload("{}", "1-00000000")
    for head in (b"a" * 10, b"a" * 200, b"b" * 10, b"a" * 70_000):
        assert payload.frame(head) == Frame(Opcode.TEXT, head + b"{}}").serialize(mask=False)
