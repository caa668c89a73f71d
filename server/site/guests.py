"""Guests who want the browser to know their name again: a cookie, if they tick a box."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from resolvers.policy import Site
from server.site.cookies import remember

COOKIE = "guest"
FIELDS = ("name", "email", "website")
LONGEST = 3500
"""Characters of it; browsers keep none above 4096 with its name and attributes."""


def guest_of(cookies: Mapping[str, str]) -> dict[str, str]:
    """What they have typed another time; nothing where nothing can be read."""
    try:
        pairs = dict(parse_qsl(cookies.get(COOKIE, ""), max_num_fields=len(FIELDS)))
    except ValueError:
        return {}
    return {name: value for name, value in pairs.items() if name in FIELDS}


def remember_guest(site: Site, guest: Mapping[str, str]) -> tuple[bytes, bytes]:
    """The header that makes a browser know them again; without a name, forget them."""
    value = urlencode({name: guest[name] for name in FIELDS if guest.get(name)})
    return remember(site, COOKIE, value if len(value) <= LONGEST else "")
