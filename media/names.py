"""What the files of a picture are called: by a hash of what is in them, so that nothing is ever changed under a name.

`ab/abcdef….webp` is the picture, `ab/abcdef…-w640.webp` the same 640 pixels wide.
"""

import re
from collections.abc import Iterable

MEDIA_TYPE = "image/webp"
EXTENSION = ".webp"
WIDTHS = (320, 640, 960, 1280, 1920)
"""Pixels of the smaller ones; a picture has those that are narrower than itself."""
_NAME = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{62})(?:-w(\d{3,4}))?\.webp", re.ASCII)


def name_of(digest: str, width: int | None = None) -> str:
    """Where a picture is, or the smaller one of that width."""
    return f"{digest[:2]}/{digest}{'' if width is None else f'-w{width}'}{EXTENSION}"


def names_of(digest: str, width: int) -> list[str]:
    """All files of a picture of that width."""
    return [name_of(digest), *(name_of(digest, narrower) for narrower in widths_below(width))]


def widths_below(width: int) -> Iterable[int]:
    """Of which widths there are smaller ones."""
    return (each for each in WIDTHS if each < width)


def digest_of(name: str) -> str | None:
    """The digest in a name of ours; None when it is none: there is no such file, and nobody looks for it."""
    match = _NAME.fullmatch(name)
    if match is None or (match[3] is not None and int(match[3]) not in WIDTHS):
        return None
    return match[2]
