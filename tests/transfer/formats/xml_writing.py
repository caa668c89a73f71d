"""XML exports written for the tests, field by field, and what random ones consist of."""

import html
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from hypothesis import strategies as st

from transfer.formats.detection import find
from transfer.formats.records import Options, Record

SAMPLES = Path(__file__).with_name("samples")
PARIS = Options(timezone="Europe/Paris")

CHARACTERS = st.one_of(
    st.sampled_from("\"'&<>[]!/;:#% \n-éœ’\xa0漢😀"),
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"),
)
LINES = st.text(CHARACTERS, max_size=30).map(lambda text: " ".join(text.split()))
NAMES = st.text(CHARACTERS, min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
SLUGS = st.text("abcé漢-0!", min_size=1, max_size=12)
MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - aware in the next line
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


def cdata(text: str) -> str:
    """Text as WordPress writes it."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def escaped(text: str) -> str:
    """Text as HTML and XML have it."""
    return html.escape(text, quote=False)


def elements(fields: Mapping[str, object], prefix: str = "") -> str:
    """An element for each field."""
    return "".join(
        f"<{prefix}{name}>{cdata(str(value))}</{prefix}{name}>\n" for name, value in fields.items()
    )


def wxr(*parts: str, version: str = "1.2", head: str = "") -> str:
    """An export of WordPress with these items; `head` are authors, categories and tags."""
    return f"""<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/{version}/">
<channel><title>Carnets &amp;amp; co</title><link>https://a.example/blog</link><language>fr-FR</language>
<wp:wxr_version>{version}</wp:wxr_version><wp:base_blog_url>https://a.example/blog</wp:base_blog_url>
{head}{"".join(parts)}</channel></rss>
"""


def item(
    *comments: str, extra: str = "", title: str = "Title", content: str = "Body", **fields: object
) -> str:
    """An item of WordPress; a name without prefix is one of its own elements."""
    own = {
        "post_id": 1,
        "post_date": "2021-03-28 03:30:00",
        "post_date_gmt": "2021-03-28 01:30:00",
        "comment_status": "open",
        "post_name": "title",
        "status": "publish",
        "post_type": "post",
        "post_password": "",
    }
    link = fields.pop("link", "https://a.example/blog/2021/title/")
    creator = fields.pop("creator", "maud")
    plain = f"<title>{cdata(title)}</title><link>{link}</link><dc:creator>{cdata(str(creator))}</dc:creator>"
    content = f"<content:encoded>{cdata(content)}</content:encoded>"
    return f"<item>{plain}{content}{elements({**own, **fields}, 'wp:')}{extra}{''.join(comments)}</item>\n"


def comment(**fields: object) -> str:
    """A comment of WordPress."""
    own = {
        "comment_id": 1,
        "comment_author": "Ann",
        "comment_author_email": "",
        "comment_author_url": "",
        "comment_date": "2021-03-28 03:15:00",
        "comment_date_gmt": "2021-03-28 01:15:00",
        "comment_content": "Text",
        "comment_approved": "1",
        "comment_type": "comment",
        "comment_parent": 0,
        "comment_user_id": 0,
    }
    return f"<wp:comment>{elements({**own, **fields}, 'wp:')}</wp:comment>\n"


def meta(key: str, value: str) -> str:
    """A post's own field of WordPress."""
    return f"<wp:postmeta>{elements({'meta_key': key, 'meta_value': value}, 'wp:')}</wp:postmeta>"


def term(name: str, nicename: str, domain: str = "category") -> str:
    """A category or tag as WordPress' items have it."""
    return f'<category domain="{domain}" nicename="{nicename}">{cdata(name)}</category>'


def read(folder: Path, content: str | bytes, options: Options = PARIS) -> list[Record]:
    """The records of a file with this content."""
    path = folder / "export"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(find(path).read(options))


def sample(name: str) -> list[Record]:
    """The records of a sample."""
    return list(find(SAMPLES / name).read(PARIS))


R = TypeVar("R", bound=Record)


def of(kind: type[R], records: Iterable[Record]) -> list[R]:
    """Those of one class."""
    return [record for record in records if isinstance(record, kind)]
