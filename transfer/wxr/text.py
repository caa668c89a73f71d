"""Our HTML and our names as WordPress stores them: it makes paragraphs, shortcodes and entities of what it shows."""

import html
import re
from urllib.parse import quote

_SHORTCODE = re.compile(r"\[(?=[\w/\[])")
_PREFORMATTED = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_BREAK = re.compile(r"\s*<br ?/?>\s*")
_PARAGRAPH = re.compile(r"</?p>")
_EMPTY_LINES = re.compile(r"\s*\n\s*\n\s*")


def escaped(text: str) -> str:
    """Plain text as WordPress keeps titles and names: as HTML."""
    return html.escape(text, quote=False)


def nicename(slug: str) -> str:
    """A slug as WordPress keeps it."""
    return quote(slug, safe="~")


def body(rendered: str) -> str:
    """HTML that WordPress shows as it is: a block of its own, in which it makes no paragraphs, and no shortcodes."""
    if not rendered.strip():
        return ""
    return f"<!-- wp:html -->\n{_SHORTCODE.sub('&#91;', rendered.strip())}\n<!-- /wp:html -->"


def comment(rendered: str) -> str:
    """HTML as it stands in WordPress' comments, of which it makes paragraphs, and lines, where lines end.

    It takes paragraphs that are marked up for forbidden HTML and runs them together.
    """
    parts = _PREFORMATTED.split(rendered)
    parts[::2] = [_unmarked(part) for part in parts[::2]]
    return "".join(parts).strip()


def _unmarked(markup: str) -> str:
    lines = _BREAK.sub("\0", " ".join(markup.split("\n")))
    return _EMPTY_LINES.sub("\n\n", _PARAGRAPH.sub("\n\n", lines)).replace("\0", "\n")
