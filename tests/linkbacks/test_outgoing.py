"""What pages are told, and what their answers mean."""

import xmlrpc.client
from urllib.parse import parse_qs

import pytest

from linkbacks.discovery import Endpoint, Protocol
from linkbacks.outgoing import Linking, Message, Outcome, Verdict, message, verdict

LINKING = Linking(
    source="https://blog.example/posts/one?a=1&b=2",
    target="https://target.example/é#x",
    title="Élan & <b>",
    excerpt="“Quoted” \x07",
    site_name="A blog",
)
FAULT = (
    "<?xml version='1.0'?>\n<methodResponse><fault><value><struct>"
    "<member><name>faultCode</name><value><int>{}</int></value></member>"
    "<member><name>faultString</name><value><string>{}</string></value></member>"
    "</struct></value></fault></methodResponse>"
)
SUCCESS = "<methodResponse><params><param><value>{}</value></param></params></methodResponse>"


def told(protocol: Protocol, linking: Linking = LINKING) -> Message:
    return message(Endpoint(protocol, "https://target.example/told"), linking)


def test_a_webmention_says_source_and_target() -> None:
    letter = told(Protocol.WEBMENTION)
    assert letter.content_type == "application/x-www-form-urlencoded"
    assert parse_qs(letter.body.decode()) == {"source": [LINKING.source], "target": [LINKING.target]}


def test_a_trackback_says_all_in_utf_8_and_no_field_says_so() -> None:
    letter = told(Protocol.TRACKBACK)
    assert letter.content_type == "application/x-www-form-urlencoded; charset=utf-8"
    assert parse_qs(letter.body.decode("ascii"), encoding="utf-8") == {
        "title": [LINKING.title],
        "url": [LINKING.source],
        "blog_name": [LINKING.site_name],
        "excerpt": [LINKING.excerpt],
    }


def test_a_pingback_is_a_call_that_others_read() -> None:
    letter = told(Protocol.PINGBACK)
    assert letter.content_type == "text/xml; charset=utf-8"
    assert xmlrpc.client.loads(letter.body) == ((LINKING.source, LINKING.target), "pingback.ping")
    odd = Linking("https://blog.example/\x0b\ufffe]]>", "https://target.example/\ud800", "", "", "")
    parameters, _ = xmlrpc.client.loads(told(Protocol.PINGBACK, odd).body)
    assert parameters == ("https://blog.example/]]>", "https://target.example/")


@pytest.mark.parametrize("protocol", Protocol)
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.REFUSED),
        (404, Outcome.REFUSED),
        (405, Outcome.REFUSED),
        (410, Outcome.REFUSED),
        (304, Outcome.REFUSED),
        (408, Outcome.LATER),
        (429, Outcome.LATER),
        (500, Outcome.LATER),
        (503, Outcome.LATER),
    ],
)
def test_what_a_status_means(protocol: Protocol, status: int, outcome: Outcome) -> None:
    assert verdict(protocol, status, b"<error>1</error>").outcome is outcome


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_webmention_is_taken_by_its_status_alone(status: int) -> None:
    assert verdict(Protocol.WEBMENTION, status, b"anything") == Verdict(Outcome.TAKEN)


PINGBACKS = {
    "a string": (SUCCESS.format("<string>Thank you</string>"), Outcome.TAKEN),
    "a value without a type": (SUCCESS.format("Thank you"), Outcome.TAKEN),
    "blanks before it": ("\n\n" + SUCCESS.format("x"), Outcome.TAKEN),
    "known already": (FAULT.format(48, "registered"), Outcome.TAKEN),
    "no source": (FAULT.format(16, "no"), Outcome.REFUSED),
    "no reason": (FAULT.format(0, ""), Outcome.REFUSED),
    "too many": (FAULT.format(429, "Slow down."), Outcome.LATER),
    "another server": (FAULT.format(50, "down"), Outcome.LATER),
    "no call": ("<html><body>Hello</body></html>", Outcome.REFUSED),
    "no XML": ("<methodResponse>", Outcome.REFUSED),
    "nothing": ("", Outcome.REFUSED),
    "empty": ("<methodResponse/>", Outcome.REFUSED),
    "entities": ("<!DOCTYPE a [<!ENTITY b 'c'>]>" + SUCCESS.format("&b;"), Outcome.REFUSED),
}


@pytest.mark.parametrize(("body", "outcome"), PINGBACKS.values(), ids=PINGBACKS)
def test_what_a_pingback_is_answered(body: str, outcome: Outcome) -> None:
    assert verdict(Protocol.PINGBACK, 200, body.encode()).outcome is outcome


TRACKBACKS = {
    "taken": ("<response><error>0</error></response>", Outcome.TAKEN),
    "declared": (
        '<?xml version="1.0" encoding="utf-8"?><response> <error> 0\n</error></response>',
        Outcome.TAKEN,
    ),
    "refused": ("<response><error>1</error><message>Closed.</message></response>", Outcome.REFUSED),
    "known already": (
        "<response><error>1</error><message>There is already a ping from it.</message></response>",
        Outcome.TAKEN,
    ),
    "without a number": ("<response/>", Outcome.REFUSED),
    "no response": ("<error>0</error>", Outcome.REFUSED),
    "a page": ("<!DOCTYPE html><p>Hello", Outcome.REFUSED),
    "nothing": ("", Outcome.REFUSED),
}


@pytest.mark.parametrize(("body", "outcome"), TRACKBACKS.values(), ids=TRACKBACKS)
def test_what_a_trackback_is_answered(body: str, outcome: Outcome) -> None:
    assert verdict(Protocol.TRACKBACK, 200, body.encode()).outcome is outcome


def test_a_refusal_says_why() -> None:
    assert (
        verdict(Protocol.PINGBACK, 200, FAULT.format(17, " no\nlink ").encode()).reason == "Fault 17: no link"
    )
    assert verdict(Protocol.PINGBACK, 200, FAULT.format(0, "").encode()).reason == "Fault 0."
    answer = b"<response><error>1</error><message>" + b"x" * 9000 + b"</message></response>"
    assert len(verdict(Protocol.TRACKBACK, 200, answer).reason) == 200
    assert verdict(Protocol.TRACKBACK, 429, b"").reason == "The endpoint answered 429."
