"""Makes XML well-formed that is not: as libxml2 would recover it, but without losing what stands beside a fault."""

import html
import re

_BARE = re.compile(
    rb"(<!\[CDATA\[.*?\]\]>)|&([A-Za-z][A-Za-z0-9]{1,31};)|&(?!#\d+;|#x[0-9a-fA-F]+;)|<(?![A-Za-z_/!?])|\]\]>",
    re.DOTALL,
)
_DECLARED = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}
_TAG = re.compile(rb"<!\[CDATA\[.*?\]\]>|<(/?)([A-Za-z_][\w.:-]*)([^<>]*?)(/?)>|(<)", re.DOTALL)
_ATTRIBUTES = re.compile(rb"""(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*""")


def escaped(data: bytes) -> bytes:
    """With what must not stand bare in text escaped, and the entities of HTML resolved, which XML does not know."""
    return _BARE.sub(_escape, data)


def balanced(data: bytes) -> bytes:
    """With an end for each start: a tag that is open ends with the element around it, and a stray end is dropped."""
    parts: list[bytes] = []
    open_tags: list[bytes] = []
    at = 0
    for tag in _TAG.finditer(data):
        parts.append(data[at : tag.start()])
        at = tag.end()
        if tag[5]:
            parts.append(b"&lt;")
        elif tag[2] is None:
            parts.append(tag[0])
        elif tag[1]:
            parts += _ended(open_tags, tag[2])
        else:
            attributes = tag[3] if _ATTRIBUTES.fullmatch(tag[3]) else b""
            parts.append(b"<%s%s%s>" % (tag[2], attributes, tag[4]))
            open_tags += [] if tag[4] else [tag[2]]
    return b"".join([*parts, data[at:], *(b"</%s>" % name for name in reversed(open_tags))])


def _ended(open_tags: list[bytes], name: bytes) -> list[bytes]:
    if name not in open_tags:
        return []
    ended: list[bytes] = []
    while not ended or ended[-1] != name:
        ended.append(open_tags.pop())
    return [b"</%s>" % tag for tag in ended]


def _escape(match: re.Match[bytes]) -> bytes:
    # libxml2 2.14.6 loses the ampersands that come after an entity that it does not know.
    if match[1] or match[2] in _DECLARED:
        return match[0]
    text = html.unescape(match[0].decode()) if match[2] else match[0].decode()
    return html.escape(text, quote=False).encode()
