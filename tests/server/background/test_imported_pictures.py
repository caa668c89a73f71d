"""Pictures that are only on the old blog are fetched by jobs, and given to the posts that wait for them."""

import io
from dataclasses import replace
from pathlib import Path

from PIL import Image as Pillow

from jobs import JobWorker, open_bookkeeping
from models import Image, Job, Post
from server.background.job_handlers import open_handlers
from server.config.environment import load_settings
from storage import Database
from tests.jobs.web import body, serving
from tests.transfer.importing.blogs import PLAN, author, category, imported, outcomes, post
from transfer.formats import records
from transfer.formats.records import Record


def picture() -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", (400, 300), "teal").save(file, "PNG")
    return file.getvalue()


def kept(folder: Path) -> list[Path]:
    return list(folder.rglob("*.webp"))


async def test_posts_get_the_pictures_that_are_still_on_the_old_blog(
    database: Database, tmp_path: Path
) -> None:
    async with serving() as old:
        old.answers |= {"/soup.png": body(picture()), "/lost.png": body(b"", status="404 Not Found")}
        at = f"http://127.0.0.1:{old.port}"
        blog: list[Record] = [
            author(),
            category("kitchen"),
            post("1", image="9"),
            records.Image(key="9", url=f"{at}/soup.png", alt="Soup"),
            post("2", image=f"{at}/lost.png"),
            records.Image(key="unused", url=f"{at}/unused.png"),
        ]
        report = await imported(blog, replace(PLAN, fetch=True))
        assert outcomes(report, "image") == {"left out": 2}
        assert await Job.all().count() == 2
        settings = load_settings(
            database=database.location.shown, media=str(tmp_path), fetch_hosts=f"127.0.0.1:{old.port}"
        )
        async with open_handlers(settings) as handlers, open_bookkeeping(database) as books:
            worker = JobWorker(books, handlers)
            await worker.run_due()
            await worker.stop()
        assert sorted(old.paths) == ["/lost.png", "/soup.png"]
    (image,) = await Image.all()
    assert (image.alt, image.width, image.height) == ("Soup", 400, 300)
    assert [each.image_id for each in await Post.all().order_by("id")] == [image.id, None]
    assert kept(tmp_path)
    again = await imported(blog, PLAN)
    assert outcomes(again, "image") == {"unchanged": 1, "left out": 1}


async def test_nothing_is_fetched_without_being_asked_for(sqlite_database: Database) -> None:
    assert sqlite_database
    await imported([author(), category("kitchen"), post("1", image="https://old.example/a.png")])
    assert not await Job.exists()
