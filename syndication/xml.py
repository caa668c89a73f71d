"""XML as feeds have it, without the characters that it must not have."""

from datetime import UTC, datetime

from lxml import etree  # type: ignore[import-untyped]

from runtime.xml_characters import fit_for_xml

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ATOM = "http://www.w3.org/2005/Atom"
THREAD = "http://purl.org/syndication/thread/1.0"


def element(parent: etree._Element, name: str, text: str = "", **attributes: str | None) -> etree._Element:
    """A new element with this text, and with those attributes that are not None; it escapes what has to be."""
    given = {key: fit_for_xml(value) for key, value in attributes.items() if value is not None}
    made = etree.SubElement(parent, name, given)
    if text:
        made.text = fit_for_xml(text)
    return made


def document(root: etree._Element) -> bytes:
    """The whole document."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def rfc3339(moment: datetime) -> str:
    """The moment in UTC, as Atom and JSON Feed write it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
