"""What is sent to tell a page of a link, and what its answer means. Pure: nothing is sent here."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from linkbacks.discovery import Endpoint, Protocol
from linkbacks.xml import UnreadableXMLError, read_xml
from runtime.xml_characters import fit_for_xml

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

FORM = "application/x-www-form-urlencoded"
MOST_ANSWER_BYTES = 64 * 1024
LONGEST_REASON_CHARACTERS = 200
ALREADY_REGISTERED, NO_ANSWER_FROM_UPSTREAM = 48, 50
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Linking:
    """A page of ours that links to another: what may be told of it."""

    source: str
    target: str
    title: str
    excerpt: str
    site_name: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted."""

    content_type: str
    body: bytes


class Outcome(Enum):
    """What an answer means: it is known now, never will be, or it might be another time."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer means, and why, for the author of the link."""

    outcome: Outcome
    reason: str = ""


TAKEN = Verdict(Outcome.TAKEN)


def message(endpoint: Endpoint, linking: Linking) -> Message:
    """What tells an endpoint of a link."""
    if endpoint.protocol is Protocol.PINGBACK:
        return Message("text/xml; charset=utf-8", _pingback(linking))
    if endpoint.protocol is Protocol.WEBMENTION:
        return Message(FORM, urlencode({"source": linking.source, "target": linking.target}).encode())
    # In UTF-8, without a field that says so: some receivers stumble over it.
    fields = {
        "title": linking.title,
        "url": linking.source,
        "blog_name": linking.site_name,
        "excerpt": linking.excerpt,
    }
    return Message(f"{FORM}; charset=utf-8", urlencode(fields, errors="replace").encode())


def verdict(protocol: Protocol, status: int, body: bytes) -> Verdict:
    """What an answer with this body means; for its status alone there is `status_verdict`."""
    by_status = status_verdict(status)
    if protocol is Protocol.WEBMENTION or by_status.outcome is not Outcome.TAKEN:
        return by_status
    understand = _of_pingback if protocol is Protocol.PINGBACK else _of_trackback
    try:
        read = understand(read_xml(body))
    except UnreadableXMLError:
        read = None
    return read or Verdict(Outcome.REFUSED, f"The answer is none of a {protocol.lower()}.")


def status_verdict(status: int) -> Verdict:
    """What the status of an answer means by itself."""
    if 200 <= status < 300:  # noqa: PLR2004 - as RFC 9110 has them
        return TAKEN
    later = status in (408, 425, TOO_MANY) or status >= 500  # noqa: PLR2004 - likewise
    return Verdict(Outcome.LATER if later else Outcome.REFUSED, f"The endpoint answered {status}.")


def _pingback(linking: Linking) -> bytes:
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415 - who sends no pingback need not wait for it

    call = etree.Element("methodCall")
    etree.SubElement(call, "methodName").text = "pingback.ping"
    params = etree.SubElement(call, "params")
    for address in (linking.source, linking.target):
        value = etree.SubElement(etree.SubElement(params, "param"), "value")
        etree.SubElement(value, "string").text = fit_for_xml(address)
    return bytes(etree.tostring(call, encoding="utf-8", xml_declaration=True))


def _of_pingback(root: "_Element") -> Verdict | None:
    if root.tag != "methodResponse":
        return None
    if (fault := root.find("fault")) is None:
        return None if root.find("params/param/value") is None else TAKEN
    members = {
        _text(member.find("name")): _text(member.find("value")) for member in fault.iterfind(".//member")
    }
    code, said = members.get("faultCode", ""), members.get("faultString", "")
    if code == str(ALREADY_REGISTERED):
        return TAKEN
    later = code in (str(NO_ANSWER_FROM_UPSTREAM), str(TOO_MANY))
    return Verdict(Outcome.LATER if later else Outcome.REFUSED, _reason(f"Fault {code}", said))


def _of_trackback(root: "_Element") -> Verdict | None:
    if root.tag != "response":
        return None
    error, said = _text(root.find("error")), _text(root.find("message"))
    if error == "0" or _ALREADY.search(said):
        return TAKEN
    return Verdict(Outcome.REFUSED, _reason(f"Error {error or '?'}", said))


_ALREADY = re.compile(r"\balready\b", re.IGNORECASE)
"""WordPress says so of a ping that it has: which was sent twice, since its answer never came."""


def _text(element: "_Element | None") -> str:
    """All that an element says, on one line."""
    return "" if element is None else " ".join("".join(element.itertext(with_tail=False)).split())


def _reason(code: str, said: str) -> str:
    return f"{code}: {said}"[:LONGEST_REASON_CHARACTERS] if said else f"{code}."
