"""Where people come back to after they have signed in: a page of this site, whatever the address says."""

import re
from string import punctuation
from urllib.parse import quote

NEXT = "next"
HOME = "/"
LONGEST = 2000
_LEADS_AWAY = re.compile(r"[\\\x00-\x20\x7f-\x9f]")
"""Browsers read a backslash as a slash, and leave tabs and line ends out."""
_NOT_AGAIN = re.compile(r"/(sign-in|sign-up|sign-out)(?![^?#])")


def own_path(asked: str) -> str:
    """What was asked for if it is a path of this site, encoded; the front page if not."""
    is_path = asked.startswith("/") and not asked.startswith("//") and len(asked) <= LONGEST
    if not is_path or _LEADS_AWAY.search(asked) or _NOT_AGAIN.match(asked):
        return HOME
    return quote(asked, safe=punctuation)
