"""What WordPress calls the elements of its exports, in all versions of the format, and the dates in them."""

from collections import defaultdict
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from transfer.formats.characters import decoded
from transfer.formats.moments import in_zone, instant, wall_clock, zone
from transfer.formats.records import FormatError, Options
from transfer.formats.xml_stream import text_of

ZERO = "0000-00-00"
SEVERAL = {"category", "wp:postmeta"}
NAMESPACES = (
    ("/export/", "wp"),
    ("purl.org/dc/", "dc"),
    ("purl.org/rss/1.0/modules/content", "content"),
)


@lru_cache(maxsize=1024)
def name_of(tag: str) -> str:
    """An element's name with the usual prefix, whatever the version of the format: `wp:post_id`, `title`."""
    namespace, _, local = tag.rpartition("}")
    if namespace.rstrip("/").endswith("/excerpt"):
        return f"excerpt:{local}"
    prefix = next((prefix for part, prefix in NAMESPACES if part in namespace), "")
    return f"{prefix}:{local}" if prefix else local


class Fields:
    """The texts of an element's children by their names; of several with one name, the first."""

    def __init__(self, element: Any) -> None:
        self._texts: dict[str, str] = {}
        self.terms: list[tuple[str, str, str]] = []
        self.meta: dict[str, list[str]] = defaultdict(list)
        for child in element:
            name = name_of(child.tag) if isinstance(child.tag, str) else ""
            if name in SEVERAL:
                self._add(name, child)
            else:
                self._texts.setdefault(name, text_of(child) if len(child) else child.text or "")

    def __getitem__(self, name: str) -> str:
        return self._texts.get(name, "")

    def date(self, name: str, options: Options) -> tuple[datetime | None, bool]:
        """The moment in `name_gmt`, or if that is none, that in `name` in the old blog's zone.

        With it, whether there ought to be one in UTC, and is none such.
        """
        text = self[f"{name}_gmt"]
        moment = instant(text)
        if moment:
            return moment, False
        is_impossible = bool(text.strip()) and not text.strip().startswith(ZERO)
        return in_zone(wall_clock(self[name]), zone_of(options)), is_impossible

    def _add(self, name: str, child: Any) -> None:
        if name == "category":
            self.terms.append((child.get("domain", ""), child.get("nicename", ""), text_of(child)))
            return
        pair = {name_of(part.tag): text_of(part) for part in child if isinstance(part.tag, str)}
        self.meta[pair.get("wp:meta_key", "")].append(pair.get("wp:meta_value", ""))


def name_in(text: str) -> str:
    """A name or an address as it is meant, on one line."""
    return decoded(text) if "&" in text else " ".join(text.split())


def mail_date(text: str) -> datetime | None:
    """A date as feeds have it, such as `Sun, 28 Mar 2021 00:30:00 +0000`."""
    if (
        " -" in text.partition(":")[0]
    ):  # the year -0001 of old files, which Python takes for a zone, and the year for 2000
        return None
    try:
        moment = parsedate_to_datetime(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def zone_of(options: Options) -> Any:
    """The time zone of dates without one."""
    found = zone(options.timezone)
    if found is None:
        raise FormatError(f"There is no time zone called {options.timezone}. Give one such as Europe/Paris.")
    return found
