"""What the site's templates can use, once for each language."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import web
from resolvers.policy import Site
from server.site.fragments import Fragments
from server.site.language import LANGUAGES
from server.site.translation import dates_in, month_name, translations_of

_ALIGNED = re.compile(r'(<t[dh]\b[^<>]*?) style="text-align:\s*(left|right|center|justify);?"')
_SCROLLING = re.compile(r"<(pre|table)\b")
_NAMELESS = re.compile(r"<img\b(?![^<>]*\salt=)")


class Templates:
    """Renders templates of `web/templates/` in one of LANGUAGES."""

    def __init__(self, site: Site) -> None:
        self._environments = {language: _environment(site, language) for language in LANGUAGES}

    def render(self, name: str, language: str, values: Mapping[str, Any]) -> str:
        """The page."""
        return self._environments[language].get_template(name).render(values)

    def gettext(self, language: str) -> Callable[[str], str]:
        """For the few words that are chosen in Python."""
        return translations_of(language).gettext


def root_of(site: Site) -> str:
    """What stands before every path of the site: nothing, or /blog where its url ends so."""
    return urlsplit(site.url).path.rstrip("/")


def absolute(site: Site, address: str) -> str:
    """An address as other sites need it; one that is only a path is made whole."""
    return address if urlsplit(address).netloc else urljoin(f"{site.url}/", address)


@lru_cache
def static(name: str) -> str:
    """The path of a file that browsers may keep for good: it is another one as soon as the file is."""
    return f"/static/{name}?v={_digest(web.STATIC / name)}"


@lru_cache
def built(name: str) -> str | None:
    """Likewise of a script that has been built; None where that was not done."""
    path = web.BUILT / name
    if not path.exists():
        return None
    return f"/assets/{name}?v={_digest(path)}"


def _digest(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=8).hexdigest()


class _Environment(Environment):
    """One that looks for a member of an answer's object where it is, before it looks for an attribute of `dict`."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """What `obj.attribute` means in a template."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@lru_cache(maxsize=2 * len(LANGUAGES))
def _environment(site: Site, language: str) -> Environment:
    root = root_of(site)
    environment = _Environment(
        loader=FileSystemLoader(web.TEMPLATES),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_translations(translations_of(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        **dates_in(language, ZoneInfo(site.timezone)),
        "sanitised": _sanitised,
        "segment": lru_cache(maxsize=1024)(lambda text: quote(text, safe="")),
    }
    environment.globals |= {
        "site": site,
        "language": language,
        "languages": LANGUAGES,
        "root": root,
        "static": lambda name: root + static(name),
        "built": lambda name: root + path if (path := built(name)) else None,
        "month_name": lambda year, month: month_name(year, month, language),
        "absolute": lambda address: absolute(site, address),
        "query": lambda **parameters: urlencode({k: v for k, v in parameters.items() if v is not None}),
    }
    environment.globals["fragment"] = Fragments(environment)
    environment.tests["web_address"] = _is_web_address
    return environment


def _sanitised(html: str) -> Markup:
    """HTML that was made harmless when it was written; the policy of the page has no room for its only style.

    What scrolls by itself can be reached by the keyboard; of a picture that nobody described no file name is read out.
    """
    aligned = _NAMELESS.sub('<img alt=""', _ALIGNED.sub(r'\1 class="aligned-\2"', html))
    return Markup(_SCROLLING.sub(r'<\1 tabindex="0"', aligned))  # noqa: S704 - by resolvers.rendering


def _is_web_address(address: str) -> bool:
    try:
        return urlsplit(address).scheme in ("http", "https")
    except ValueError:
        return False
