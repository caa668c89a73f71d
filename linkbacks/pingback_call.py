"""Pingbacks as they come in, and what is answered: XML-RPC, of which this is all that is understood.

A document type is refused, and with it all entities; nothing is fetched to read one.
"""

from enum import IntEnum
from typing import NamedTuple
from xml.sax.saxutils import escape

from linkbacks.xml import UnreadableXMLError, read_xml

MEDIA_TYPE = "text/xml; charset=utf-8"
METHOD = "pingback.ping"
ARGUMENTS = 2


class Fault(IntEnum):
    """Why a pingback was not taken, as the Pingback 1.0 specification and that of fault codes number it."""

    UNREADABLE = -32700
    NO_METHOD = -32601
    WRONG_ARGUMENTS = -32602
    GENERIC = 0
    NO_SOURCE = 16
    NO_LINK = 17
    NO_TARGET = 32
    TARGET_TAKES_NONE = 33
    KNOWN = 48
    DENIED = 49


class Call(NamedTuple):
    """Which page is said to link to which, as it was sent."""

    source: str
    target: str


class BadCallError(ValueError):
    """What was sent is no pingback."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


def read_pingback(body: bytes) -> Call:
    """What was posted.

    Raises:
        BadCallError: it is no pingback.
    """
    try:
        root = read_xml(body)
    except UnreadableXMLError as error:
        raise BadCallError(Fault.UNREADABLE, f"The call cannot be read. {error}") from None
    method = (root.findtext("methodName") or "").strip()
    if root.tag != "methodCall" or method.lower() != METHOD:
        raise BadCallError(Fault.NO_METHOD, f"There is no such method: only {METHOD} is.")
    values = ["".join(value.itertext()).strip() for value in root.iterfind("params/param/value")]
    if len(values) != ARGUMENTS:
        raise BadCallError(Fault.WRONG_ARGUMENTS, f"{METHOD} takes two addresses: the source and the target.")
    return Call(*values)


def pingback_answer(message: str) -> bytes:
    """The response to a pingback that was taken."""
    value = f"<params><param><value><string>{escape(message)}</string></value></param></params>"
    return _response(value)


def pingback_fault(fault: Fault, message: str) -> bytes:
    """The response to one that was not."""
    return _response(
        "<fault><value><struct>"
        f"<member><name>faultCode</name><value><int>{int(fault)}</int></value></member>"
        f"<member><name>faultString</name><value><string>{escape(message)}</string></value></member>"
        "</struct></value></fault>"
    )


def _response(content: str) -> bytes:
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<methodResponse>{content}</methodResponse>\n'
    return text.encode("utf-8", "replace")
