"""What a blog is called in the ledger: the same name for each of its exports, and another for another blog."""

from transfer.formats.records import Blog
from transfer.importing import rows

LONGEST_NAME = 200


class UnknownSource(Exception):
    """Nobody can tell whether the file is of a blog that was imported before; the message says how to tell."""


async def source_name(format_name: str, blog: Blog | None, given: str | None) -> str:
    """The given name, or one made of the format and the blog's address or title. Raises UnknownSource.

    Where the file says neither, the format alone is the name, if it is the first such file.
    """
    if given:
        return given[:LONGEST_NAME]
    told = (blog.url or blog.title) if blog else ""
    name = f"{format_name} {told}".strip()[:LONGEST_NAME]
    if not told and (others := [each for each in await known_sources(format_name) if each != name]):
        raise UnknownSource(
            "The file does not say which blog it is from. Name it with --source: "
            f"{' or '.join(repr(each) for each in others)} was imported before; another name is that of a new one."
        )
    return name


async def known_sources(format_name: str) -> list[str]:
    """What has been imported of a format."""
    found = await rows.select(
        "SELECT DISTINCT source FROM imported_rows WHERE source = :1 OR source LIKE :2 ORDER BY source",
        format_name,
        f"{format_name} %",
    )
    return [row[0] for row in found]
