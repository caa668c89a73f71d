"""Where readers can share a post, as templates of addresses: nothing here ever asks anybody.

A template is an address with blanks to be filled in behind its `?` or `#`: `{url}` is where the post is, `{title}` its
title, `{text}` the title and then the address, `{text:300}` the same in 300 letters at the most, as readers count them:
the title is cut then, and the address stays whole. `{instance}` in place of a host is what only the reader knows, and
stays open.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

INSTANCE = "{instance}"
SCHEMES = ("https", "http", "mailto")
_BLANK = re.compile(r"\{(url|title|text)(?:(?<=text):([1-9][0-9]{0,3}))?\}")
_BRACE = re.compile(r"[{}]")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_ADDRESS = re.compile(r"[!-~]{1,2000}")


@dataclass(frozen=True, slots=True)
class ShareService:
    """A place where readers share posts; a historic one is closed by now, or no longer takes what it is sent."""

    id: str
    name: str
    url_template: str
    historic: bool = False

    def address(self, title: str, url: str) -> str:
        """The template with this title and this address in it: only `{instance}` stays."""
        fillings: dict[str, Callable[[int], str]] = {
            "url": lambda _: url,
            "title": lambda _: title,
            "text": lambda longest: _text(title, url, longest),
        }
        return _BLANK.sub(
            lambda blank: quote(fillings[blank[1]](int(blank[2] or 0)), safe=""), self.url_template
        )


def _text(title: str, url: str, longest: int) -> str:
    """The title and the address; with `longest`, in so many letters, unless the address alone has more."""
    whole = f"{title} {url}"
    if not longest or len(whole) <= longest:
        return whole
    letters, room = _letters(title), longest - len(_letters(url)) - 1
    if len(letters) <= room:
        return whole
    return f"{''.join(letters[: room - 1]).rstrip()}… {url}" if room > 1 else url


def _letters(text: str) -> list[str]:
    """What a reader counts as one letter each: the grapheme clusters."""
    # 2 MB that a process which shares no long titles never needs.
    import regex  # type: ignore[import-untyped]  # noqa: PLC0415

    return list(regex.findall(r"\X", text))


PRESETS = {
    service.id: service
    for service in (
        ShareService("email", "E-mail", "mailto:?subject={title}&body={url}"),
        ShareService("mastodon", "Mastodon", "https://{instance}/share?text={text}"),
        ShareService("bluesky", "Bluesky", "https://bsky.app/intent/compose?text={text:300}"),
        ShareService("facebook", "Facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
        ShareService("linkedin", "LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?url={url}"),
        ShareService("reddit", "Reddit", "https://www.reddit.com/submit?url={url}&title={title}"),
        ShareService(
            "hackernews", "Hacker News", "https://news.ycombinator.com/submitlink?u={url}&t={title}"
        ),
        ShareService("whatsapp", "WhatsApp", "https://wa.me/?text={text}"),
        ShareService("telegram", "Telegram", "https://t.me/share/url?url={url}&text={title}"),
        ShareService(
            "delicious", "Delicious", "https://del.icio.us/post?url={url}&title={title}", historic=True
        ),
        ShareService(
            "digg", "Digg", "https://digg.com/submit?phase=2&url={url}&title={title}", historic=True
        ),
        ShareService("fark", "Fark", "https://www.fark.com/cgi/farkit.pl?u={url}&h={title}", historic=True),
        ShareService(
            "myspace",
            "MySpace",
            "https://www.myspace.com/Modules/PostTo/Pages/?u={url}&t={title}",
            historic=True,
        ),
    )
}
"""The ones that are known by their ids, in the order in which they are shown unless told."""
USUAL = tuple(service for service in PRESETS.values() if not service.historic)
NONE = "none"


def services_of(text: str) -> tuple[ShareService, ...]:
    """The services of a list with commas between: ids of known ones, and own ones as `id=Name=template`.

    Raises:
        ValueError: with a sentence about the first that is wrong.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if parts == [NONE]:
        return ()
    services = [_own(part) if "=" in part else _known(part) for part in parts]
    ids = [service.id for service in services]
    if twice := next((id_ for id_ in ids if ids.count(id_) > 1), None):
        raise ValueError(f"{twice!r} is there twice.")
    return tuple(services)


def _known(id_: str) -> ShareService:
    if id_ not in PRESETS:
        raise ValueError(f"{id_!r} is no service that is known: the known ones are {', '.join(PRESETS)}.")
    return PRESETS[id_]


def _own(part: str) -> ShareService:
    id_, name, template = (*(piece.strip() for piece in part.split("=", 2)), "")[:3]
    if not _ID.fullmatch(id_):
        raise ValueError(f"The id {id_!r} must have letters from a to z, digits and hyphens only.")
    if not name or not name.isprintable():
        raise ValueError(f"The service {id_!r} has no name that can be shown.")
    if problem := _problem(template):
        raise ValueError(f"The template of {id_!r} {problem}.")
    return ShareService(id_, name, template)


def _problem(template: str) -> str | None:
    """What is wrong with a template, to stand behind what it is called."""
    front, opened, rest = template.partition("?") if "?" in template else template.partition("#")
    open_host = front.split("/")[2:3] == [INSTANCE]
    plain = front.replace(INSTANCE, "instance.example", 1) if open_host else front
    if not _ADDRESS.fullmatch(template) or not _is_address(plain):
        return "must be an address that begins with https://, http:// or mailto:, with whatever is not ASCII encoded"
    if _BRACE.search(plain) or _BRACE.search(_BLANK.sub("", rest)):
        return "may have {url}, {title}, {text} or {text:300} behind its ? or #, {instance} as host, no other braces"
    if not opened or not re.search(r"\{(url|text)", rest):
        return "must have {url} or {text} behind its ? or #"
    return None


def _is_address(front: str) -> bool:
    try:
        parts = urlsplit(front)
        return (
            parts.scheme in SCHEMES and (parts.scheme == "mailto" or bool(parts.hostname)) and parts.port != 0
        )
    except ValueError:
        return False
