"""Exports of Dotclear, as it writes them."""

from pathlib import Path

from tests.transfer.formats.reading import records, written
from transfer.formats import dotclear
from transfer.formats.records import Record

URL = "https://carnets.example"
ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", '"': '\\"'})
NEVER = "2020-01-02 03:04:05"


def export(extent: str = "single", /, **tables: list[dict[str, str]]) -> str:
    """A file with those tables, each of which has the columns of its first row."""
    parts = [f"///DOTCLEAR|2.30|{extent}"]
    for table, table_rows in tables.items():
        if not table_rows:
            continue
        parts += ["", f"[{table} {','.join(table_rows[0])}]"]
        parts += [",".join(f'"{value.translate(ESCAPES)}"' for value in row.values()) for row in table_rows]
    return "\n".join(parts) + "\n"


def post(number: int = 1, **columns: str) -> dict[str, str]:
    """A published post."""
    return {
        "post_id": str(number),
        "blog_id": "default",
        "user_id": "maud",
        "cat_id": "",
        "post_dt": "2021-07-01 12:00:00",
        "post_tz": "Europe/Paris",
        "post_creadt": NEVER,
        "post_upddt": NEVER,
        "post_password": "",
        "post_type": "post",
        "post_format": "xhtml",
        "post_url": f"2021/07/01/{number}",
        "post_lang": "fr",
        "post_title": "Titre",
        "post_excerpt": "",
        "post_excerpt_xhtml": "",
        "post_content": "",
        "post_content_xhtml": "<p>Texte</p>",
        "post_status": "1",
        "post_open_comment": "1",
        **columns,
    }


def comment(number: int = 1, **columns: str) -> dict[str, str]:
    """A published comment on the first post."""
    return {
        "comment_id": str(number),
        "post_id": "1",
        "comment_dt": "2021-01-01 12:00:00",
        "comment_tz": "UTC",
        "comment_upddt": NEVER,
        "comment_author": "Rémi",
        "comment_email": "",
        "comment_site": "",
        "comment_content": "<p>Oui</p>",
        "comment_status": "1",
        "comment_trackback": "0",
        **columns,
    }


def read(folder: Path, content: str | bytes, url: str = URL) -> list[Record]:
    """What is read of it."""
    return records(dotclear, written(folder, content), url=url)
