"""What the site is called and where it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """The site as its owner named it; `url` is where its pages begin, without a slash at the end."""

    title: str = "Causerie"
    description: str = ""
    url: str = ""
    language: str = "en"


class _InForce:
    site = Site()


def current() -> Site:
    """The site that this process serves."""
    return _InForce.site


def use(site: Site) -> None:
    """Serve this site, for the whole process; plans made before keep the old address."""
    _InForce.site = site
