"""XML that strangers send: no entities, no document type, and nothing that is fetched to read it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]


class UnreadableXMLError(ValueError):
    """It is no XML, or has a document type; the message says which."""


def read_xml(body: bytes) -> "_Element":
    """The root element.

    Raises:
        UnreadableXMLError: there is none.
    """
    # Most sites neither take nor send pingbacks, and need not wait for it.
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    if b"<!DOCTYPE" in body[:4096].upper():
        raise UnreadableXMLError("It has a document type.")
    try:
        root = etree.fromstring(body.strip(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise UnreadableXMLError("It is no XML.") from None
    if root.getroottree().docinfo.doctype:
        raise UnreadableXMLError("It has a document type.")
    return root
