"""The site's words in each of its languages (gettext), and its dates (Babel)."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import web

REMEMBERED = 4096
DAY, MONTH = "long", "MMMM y"
SECONDS = len("2010-03-01T12:00:00")


@lru_cache
def translations_of(language: str) -> NullTranslations:
    """What gettext needs for a language: the files in its folder together; without one, the templates' own words."""
    paths = sorted((web.TRANSLATIONS / language).glob("*.po"))
    if not paths:
        return NullTranslations()
    catalog = Catalog(locale=language)
    for path in paths:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                catalog[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


def dates_in(language: str, timezone: ZoneInfo) -> dict[str, Callable[[str], str]]:
    """Filters that write the moments of the API, texts of RFC 3339, as days or to the minute, in a time zone."""

    @lru_cache(REMEMBERED)
    def day(moment: str) -> str:
        return format_date(_local(moment).date(), DAY, locale=language)

    @lru_cache(REMEMBERED)
    def minute(moment: str) -> str:
        local = _local(moment)
        return f"{format_date(local.date(), DAY, locale=language)}, {format_time(local, 'short', locale=language)}"

    def offset(moment: str) -> str:
        """How far the local time is from UTC then, such as +02:00."""
        return _local(moment).isoformat()[-6:]

    def instant(moment: str) -> str:
        """For machines: HTML has no more than three digits of a second's fraction, and nobody needs them."""
        return f"{moment[:SECONDS]}Z"

    def _local(moment: str) -> datetime:
        return datetime.fromisoformat(moment).astimezone(timezone)

    return {"day": day, "minute": minute, "offset": offset, "instant": instant}


@lru_cache(REMEMBERED)
def month_name(year: int, month: int, language: str) -> str:
    """Such as March 2010."""
    return format_date(date(year, month, 1), MONTH, locale=language)
