"""WordPress' words in square brackets, such as `[caption]…[/caption]`, as the HTML that they stand for.

Those of plugins stay as they are written: nobody but the plugin knows what they mean.
"""

import html
import re
from collections.abc import Callable, Mapping

from runtime.character_references import unescaped

Gallery = Callable[[Mapping[str, str]], list[str]]
"""The addresses of a gallery's pictures, given its attributes."""

_PLAYERS = "video|audio|playlist|embed|youtube|vimeo|dailymotion|soundcloud"
_CODE = "code|sourcecode|source"
_NAMES = f"caption|wp_caption|gallery|{_PLAYERS}|{_CODE}"
_SHORTCODE = re.compile(
    rf"\[(\[)?(?P<name>{_NAMES})\b(?P<attributes>[^\[\]]*+)\](?(1)(?P<escaped>\]))?", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))|(https?://[^\s"'|]+)""")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]|]+")
_PICTURE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)", re.IGNORECASE)


def expanded(text: str, gallery: Gallery) -> str:
    """Text with the HTML of the shortcodes that WordPress has itself; `[[name]]` becomes `[name]`."""
    parts: list[str] = []
    at, endless = 0, set[str]()
    while match := _SHORTCODE.search(text, at):
        parts.append(text[at : match.start()])
        if match[1]:
            parts.append(_unescaped(match))
            at = match.end()
            continue
        name = match["name"].lower()
        content, at = _content(name, match, text, endless)
        parts.append(_html_of(name, _attributes(match["attributes"]), content, gallery) or match[0])
    return "".join(parts) + text[at:]


def _unescaped(match: re.Match[str]) -> str:
    return match[0][1:-1] if match["escaped"] else match[0]


def _content(name: str, match: re.Match[str], text: str, endless: set[str]) -> tuple[str, int]:
    if match["attributes"].endswith("/") or name in endless:
        return "", match.end()
    end = re.compile(rf"\[/{name}\]", re.IGNORECASE).search(text, match.end())
    if end is None:
        endless.add(name)
        return "", match.end()
    other = re.compile(rf"\[{name}\b", re.IGNORECASE).search(text, match.end(), end.start())
    if other and name not in _CODE.split("|"):
        return "", match.end()
    return text[match.end() : end.start()], end.end()


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare, address in _ATTRIBUTE.findall(text.lstrip("=")):
        found[name.lower() or "address"] = double or single or bare or address
    return found


def _html_of(name: str, attributes: Mapping[str, str], content: str, gallery: Gallery) -> str:
    if name in {"caption", "wp_caption"}:
        return _caption(attributes, content)
    if name == "gallery":
        pictures = "".join(f'<img src="{html.escape(address)}" alt="">\n' for address in gallery(attributes))
        return f"\n\n<figure>\n{pictures}</figure>\n\n" if pictures else "\n\n"
    if name in _CODE.split("|"):
        return f"\n\n<pre>{content.strip(chr(10))}</pre>\n\n" if content else ""
    return _player(attributes, content)


def _caption(attributes: Mapping[str, str], content: str) -> str:
    picture = _PICTURE.match(content)
    if picture is None:
        return f"\n\n{content}\n\n"
    caption = attributes.get("caption", "") or content[picture.end() :].strip()
    words = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"\n\n<figure>{picture[1]}{words}</figure>\n\n"


def _player(attributes: Mapping[str, str], content: str) -> str:
    address = next(
        (found[0] for value in (content, *attributes.values()) if (found := _ADDRESS.search(value))), ""
    )
    if not address:
        return ""
    address = html.escape(unescaped(address))
    return f'\n\n<p><a href="{address}">{address}</a></p>\n\n'
