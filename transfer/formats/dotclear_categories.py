"""Categories of Dotclear: nested sets become a tree."""

from collections.abc import Iterator

from transfer.formats.characters import clean, plain
from transfer.formats.dotclear_file import Row
from transfer.formats.dotclear_posts import Site
from transfer.formats.records import Category, LeftOut, Record


def categories(rows: list[Row], site: Site) -> Iterator[Record]:
    """Parents first. A category is within those whose left and right number enclose its own."""
    above: list[tuple[int, str]] = []
    known: set[str] = set()
    for position, row in enumerate(sorted(rows, key=lambda row: _number(row["cat_lft"]))):
        if row.values is None or row["cat_id"] in known:
            reason = "It stands twice in the file." if row.values else "Its row does not fit its table."
            yield LeftOut(kind="category", key=row["cat_id"] or f"line {row.line}", reason=reason)
            continue
        left, right = _number(row["cat_lft"]), _number(row["cat_rgt"])
        while above and above[-1][0] <= left:
            above.pop()
        yield _category(row, above[-1][1] if above else None, position, site)
        known.add(row["cat_id"])
        above.append((right, row["cat_id"]))


def _category(row: Row, parent: str | None, position: int, site: Site) -> Category:
    return Category(
        key=row["cat_id"],
        name=clean(row["cat_title"]),
        slug=row["cat_url"].rpartition("/")[2],
        parent=parent,
        description=plain(row["cat_desc"]),
        position=position,
        paths=site.paths("category", row["cat_url"]),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
