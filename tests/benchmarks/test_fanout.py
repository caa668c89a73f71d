"""The harness of the live benchmark: everybody is told the same, and everything is counted. Nothing here is timed."""

import os
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from websockets.frames import Frame, Opcode

from benchmarks.data import Size
from benchmarks.equality import Different
from benchmarks.fanout import competitors, rows, run
from benchmarks.fanout.listener import Listener
from benchmarks.fanout.page import chart, page
from benchmarks.fanout.results import Results, Round, Variety, read
from benchmarks.fanout.rows import Rows
from benchmarks.fanout.stage import on_stage
from benchmarks.fanout.storm import BEHIND, Storm, gathered, storm
from benchmarks.place import Place
from tests.tools import find

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the benchmarks need Linux")
SMALL = Size("small", users=20, categories=3, posts=12, comments=60)


def nothing(_words: str) -> None:
    """Nobody watches."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    find("taskset")
    core = min(os.sched_getaffinity(0))
    return Place(tmp_path / "benchmarks", core, core)


@pytest.fixture
async def written(place: Place) -> Rows:
    return await rows.prepare(place.folder, SMALL)


@pytest.fixture
def results() -> Results:
    rounds = {"causerie": (0.02, 50_000, 0.018), "broadcast": (0.02, 60_000, 0.012)}
    rounds |= {"mercurius": (0.05, 20_000, 0.03), "strawberry": (0.5, 2_000, 0.3)}
    return Results(
        date="2026-11-27",
        commit="0123456789",
        machine={"Processor": "some, 2 cores"},
        versions={"Python": "3.11.7"},
        rows="5 posts",
        subscribers=1_000,
        seconds=4,
        minutes=6,
        message=450,
        titles={key: key.title() for key in rounds},
        about={key: f"about {key}" for key in rounds},
        kinds={key: "ours" if key == "causerie" else "node" for key in rounds},
        rounds=[
            Round(key, seconds, rate * factor, cpu)
            for key, (seconds, rate, cpu) in rounds.items()
            for factor in (0.5, 1, 1.1)
        ],
        memory=dict.fromkeys(rounds, 25 * 1024),
        idle=dict.fromkeys(rounds, 0.01),
        idle_alone=0.005,
        many_subscribers=10_000,
        many={"causerie": [0.2, 0.3, 0.4], "broadcast": [0.1, 0.2, 0.3]},
        varieties=[Variety(1_000, 100, 50, 0.006)],
        storms=[Storm(2.0, 0.1), Storm(2.5, 0.2), Storm(3.5, 0.9)],
    )


async def test_everybody_is_told_the_same_of_a_comment(place: Place, written: Rows, results: Results) -> None:
    some = [competitors.CAUSERIE, competitors.BROADCAST, competitors.STRAWBERRY]
    async with run.assembled(place, written, some, 5, results, nothing) as stages:
        for stage in stages.values():
            seen = await stage.stream(0.1)
            assert seen.deliveries == seen.comments * stage.heard_by == seen.comments * (5 + run.FIRST)
            assert seen.cpu >= 0
    assert results.message > 300


async def test_a_server_that_tells_something_else_is_found(place: Place, written: Rows) -> None:
    author = competitors.Author([written.post])
    text = b'{"payload":{"data":{"commentAdded":{"id":"comment_1"}}}}'
    async with (
        on_stage(place, competitors.CAUSERIE, str(written.file), author, written.token) as causerie,
        on_stage(place, competitors.BROADCAST, "", competitors.Broadcaster(text), None) as impostor,
    ):
        await causerie.gather(2, competitors.of_post(written.post))
        await impostor.gather(2, competitors.to_everything)
        stages = {"causerie": causerie, "impostor": impostor}
        with pytest.raises(Different, match=r"impostor: payload\.data\.commentAdded"):
            await run.compare_all(stages, {"impostor": impostor.speaker})


async def test_selections_differ_and_each_hears_its_own_post(place: Place, written: Rows) -> None:
    author = competitors.Author(written.posts[:3])
    async with on_stage(place, competitors.CAUSERIE, str(written.file), author, written.token) as stage:
        await stage.gather(12, competitors.of_posts(author.posts, 6))
        assert stage.heard_by == 4
        assert {listener.count for listener in stage.crowd.listeners} == {1}
        assert len({listener.last.partition(b'"createdAt"')[0] for listener in stage.crowd.listeners}) >= 6
        await stage.dismiss()
        author.posts = written.posts[:1]
        await stage.gather(3, competitors.of_posts(author.posts, 1))
        assert stage.heard_by == 3


async def test_a_storm_brings_everything_that_was_missed(place: Place, written: Rows) -> None:
    async with gathered(place, written) as (stage, cursor):
        others = stage.crowd.total
        found = await storm(stage, written.post, cursor, 5)
        assert found.seconds > 0
        assert stage.crowd.total > others
    assert BEHIND == 100


def test_frames_are_counted_however_they_arrive() -> None:
    class Room:
        def __init__(self) -> None:
            self.heard_of = 0
            self.lost_of: list[str] = []

        def begun(self) -> None: ...

        def heard(self) -> None:
            self.heard_of += 1

        def lost(self, why: str) -> None:
            self.lost_of.append(why)

    texts = [b"a", b"b" * 125, b"c" * 126, b"d" * 70_000]
    stream = b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + b"".join(
        Frame(Opcode.TEXT, text).serialize(mask=False) for text in texts
    )
    for size in (1, 7, 1_000, len(stream)):
        room = Room()
        listener = Listener(room, None)
        for place in range(0, len(stream), size):
            listener.data_received(stream[place : place + size])
        assert (room.heard_of, listener.size, listener.last) == (4, sum(map(len, texts)), texts[-1])
    listener.data_received(Frame(Opcode.CLOSE, b"\x03\xe8bye").serialize(mask=False))
    assert "bye" in room.lost_of[-1]


def _row(text: str, name: str) -> list[str]:
    line = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_the_page_shows_medians_and_which_targets_are_reached(results: Results) -> None:
    text = page(results)
    assert _row(text, "**Causerie**") == ["20.0 ms", "50,000/s", "18.0 ms", "25.0 KiB", "36 s"]
    assert _row(text, "Deliveries a second, of Mercurius's") == ["2.50", "≥ 1.7"]
    assert _row(text, "CPU for a comment, of a bare broadcast's") == ["1.50", "not ≤ 1.4"]
    assert _row(text, "All are served after") == ["2.50 s", "2.00 s", "3.50 s"]
    assert _row(text, "1,000") == ["50", "2", "20", "6.0 ms"]


def test_the_chart_is_a_picture(results: Results) -> None:
    drawn = ET.fromstring(chart(results))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}rect")) == 4 * len(results.titles)


def test_results_can_be_kept(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "results.json")
    assert read(tmp_path / "results.json") == results
