"""What others said about an entry of Movable Type: comments and pings, all of which were published."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from hashlib import blake2b
from zoneinfo import ZoneInfo

from transfer.formats.characters import decoded, plain, title
from transfer.formats.moments import in_zone
from transfer.formats.movabletype_entries import SECTION_KEYS, Entry, Section, head_lines
from transfer.formats.movabletype_text import date, said
from transfer.formats.records import Changed, Comment, Guest, LeftOut, Linkback, LinkbackKind, Record

KEYS = {
    "COMMENT": frozenset({"AUTHOR", "EMAIL", "IP", "URL", "DATE"}),
    "PING": frozenset({"TITLE", "URL", "IP", "BLOG NAME", "DATE"}),
}
DIGEST_BYTES = 9


def replies(entry: Entry, post: str, place: ZoneInfo, fallback: datetime) -> Iterator[Record]:
    """The comments and pings of an entry with that key; what has no date in that zone gets the fallback."""
    known: Counter[str] = Counter()
    for section in entry.sections:
        if section.key in KEYS:
            yield from _reply(section, post, place, fallback, known)
        elif section.key not in SECTION_KEYS:
            reason = f"Fields of one's own, such as {section.key}, do not come over."
            yield LeftOut(kind="field", key=f"line {section.number}", reason=reason)


def digest(*parts: str) -> str:
    """A key for what has none, made of what it says."""
    return blake2b("\0".join(parts).encode(), digest_size=DIGEST_BYTES).hexdigest()


def _reply(
    section: Section, post: str, place: ZoneInfo, fallback: datetime, known: Counter[str]
) -> Iterator[Record]:
    head, text = _head_and_text(section)
    own = digest(section.key, *head.values(), text)
    known[own] += 1
    key = f"{post}#{own}" + (f"-{known[own]}" if known[own] > 1 else "")
    moment = in_zone(date(head.get("DATE", "")), place)
    if moment is None:
        reason = "Its date cannot be read: that of its entry was taken."
        yield Changed(kind=section.key.lower(), key=key, reason=reason)
    yield (_comment if section.key == "COMMENT" else _ping)(key, post, head, text, moment or fallback)


def _head_and_text(section: Section) -> tuple[dict[str, str], str]:
    """The head of a comment or a ping, which its DATE ends, and what was said."""
    head: dict[str, str] = {}
    for key, value in head_lines(section.lines):
        if key not in KEYS[section.key] or key in head:
            break
        head[key] = value
        if key == "DATE":
            break
    return head, "\n".join(section.lines[len(head) :]).strip("\n")


def _comment(key: str, post: str, head: dict[str, str], text: str, moment: datetime) -> Comment:
    guest = Guest(
        name=decoded(head.get("AUTHOR", "")), email=head.get("EMAIL", ""), website=head.get("URL", "")
    )
    return Comment(key=key, post=post, author=guest, body=said(text), created_at=moment)


def _ping(key: str, post: str, head: dict[str, str], text: str, moment: datetime) -> Linkback:
    return Linkback(
        key=key,
        post=post,
        kind=LinkbackKind.TRACKBACK,
        source_url=head.get("URL", ""),
        site_name=decoded(head.get("BLOG NAME", "")),
        title=title(head.get("TITLE", "")),
        excerpt=plain(text),
        received_at=moment,
    )
