"""The pictures of WordPress' galleries, which name them by numbers of items that may come later in the file.

The file is only gone through for them when some post has a gallery.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property

from transfer.formats.sources import Source
from transfer.formats.wordpress_fields import Fields
from transfer.formats.wordpress_items import is_picture
from transfer.formats.xml_stream import XmlStream


class Galleries:
    """Finds the addresses of the pictures of a gallery."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def pictures(self, wanted: Mapping[str, str]) -> list[str]:
        """Those with the numbers in `ids` or `include`, else all that belong to the item `post`."""
        numbers = (wanted.get("ids") or wanted.get("include") or "").replace(" ", "").split(",")
        by_number, by_post = self._attachments
        if any(numbers):
            return [by_number[number] for number in numbers if number in by_number]
        return by_post.get(wanted.get("id") or wanted["post"], [])

    @cached_property
    def _attachments(self) -> tuple[dict[str, str], dict[str, list[str]]]:
        by_number: dict[str, str] = {}
        by_post: dict[str, list[str]] = defaultdict(list)
        for piece in XmlStream(self._source, "rss", {"item": frozenset({"comment"})}).having(
            b"attachment_url"
        ):
            fields = Fields(piece.element)
            address = fields["wp:attachment_url"].strip()
            if fields["wp:post_type"] == "attachment" and is_picture(address):
                by_number[fields["wp:post_id"]] = address
                by_post[fields["wp:post_parent"]].append(address)
        return by_number, by_post
