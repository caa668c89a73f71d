"""In which language the site speaks: as the visitor has chosen, as their browser says, or as the site's owner does."""

from collections.abc import Mapping
from functools import lru_cache

LANGUAGES = ("en", "fr")
"""Those that the site has words in; English is what its templates are written in."""
PARAMETER = "lang"
COOKIE = "language"


def language_of(
    query: Mapping[str, str], cookies: Mapping[str, str], accepted: bytes | None, site_language: str
) -> str:
    """One of LANGUAGES for a request; `accepted` is its Accept-Language."""
    chosen = query.get(PARAMETER) or cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return negotiated(accepted or b"", spoken(site_language) or LANGUAGES[0])


def spoken(tag: str) -> str | None:
    """The language of a BCP 47 tag, if it is one of LANGUAGES."""
    language = tag.strip().lower().partition("-")[0]
    return language if language in LANGUAGES else None


@lru_cache(maxsize=256)
def negotiated(accepted: bytes, otherwise: str) -> str:
    """What suits best of an Accept-Language header (RFC 9110, 12.5.4); `otherwise` what suits nobody."""
    weighed: list[tuple[float, str]] = []
    for each in accepted.decode("latin-1").split(","):
        tag, _, parameter = each.partition(";")
        language = otherwise if tag.strip() == "*" else spoken(tag)
        weight = _weight(parameter)
        if language is not None and weight > 0:
            weighed.append((weight, language))
    return max(weighed, key=lambda pair: pair[0])[1] if weighed else otherwise


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
