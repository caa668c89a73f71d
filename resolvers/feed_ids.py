"""What the ids of a site's feeds begin with: `tag:` URIs (RFC 4151), which must never change.

An authority there is a host and a day on which it was the site's; whoever has the host later has later days. So the
site takes the ones of when it was first asked for a feed, and some letters by chance, for hosts such as localhost, and
keeps them, whatever its address becomes.
"""

import re
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from models import SiteState
from resolvers.policy import Site
from storage import unit_of_work

NAME = "feed_ids"
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
UNNAMED = "localhost"
"""The authority where the site has an address without a name that may stand there."""


async def prefix(site: Site, now: datetime) -> str:
    """What all of them begin with, made when there is none yet."""
    return await stored() or await _make(f"tag:{_authority(site)},{now:%Y-%m-%d}:{secrets.token_hex(4)}/")


async def stored() -> str | None:
    """The same, if there is one."""
    row = await SiteState.get_or_none(name=NAME)
    return None if row is None else row.value


@unit_of_work
async def _make(value: str) -> str:
    """Of several that are made at the same time the first one counts."""
    await SiteState.bulk_create([SiteState(name=NAME, value=value)], ignore_conflicts=True)
    return await stored() or value


async def keep(value: str) -> None:
    """Go on with those of the site that is being restored."""
    await SiteState.update_or_create(name=NAME, defaults={"value": value})


def _authority(site: Site) -> str:
    host = urlsplit(site.url).hostname or ""
    return host if _HOST.fullmatch(host) else UNNAMED
