"""The archive over 100,000 posts of twenty years: the whole of it, with the bounds of each month."""

from pathlib import Path

from benchmarks.pages import rows
from benchmarks.pages.contest import Page, measured, say
from benchmarks.place import Effort, Place

PAGE = Page(
    f"The archive of {rows.POSTS:,} posts",
    "{ archive { year postCount months { month postCount from before } } }",
    Path(__file__).with_name("archive.sql"),
    {"CAUSERIE_SITE_TIMEZONE": rows.TIMEZONE},
)


def run(place: Place, effort: Effort) -> None:
    """Make the rows, and measure."""
    place.folder.mkdir(parents=True, exist_ok=True)
    database = place.folder / "pages.db"
    rows.make(database)
    say(PAGE, measured(PAGE, database, place, effort))
