"""The harness of bad neighbours: both builds can be served, attacked and asked. Nothing here is timed."""

import asyncio
import sys
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from benchmarks.data import Size
from benchmarks.hostile import attacks, build
from benchmarks.hostile.neighbour import Neighbour, Noticed
from benchmarks.hostile.page import Round, page
from benchmarks.hostile.visitor import Visitor
from benchmarks.serving import serving

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the attackers need all of 127.0.0.0/8")


def test_the_page_tells_builds_apart() -> None:
    good = Noticed([0.001] * 99 + [0.05], [0.02, 0.03])
    bad = Noticed([2.0] * 3, [], refused=2)
    text = page([Round("Old", good, bad, good, 2**30), Round("New", good, good, good, 2**28)], minutes=3)
    assert "| A tiny query, alone: median | 1.0 ms | 1.0 ms |" in text
    assert "| … of the median alone (target ≤ 1.5) | 2000.00 | 1.00 |" in text
    assert "| Broken off or refused | 2 | 0 |" in text
    assert "1,024 MiB | 256 MiB" in text


async def test_a_neighbour_asks_comments_and_hears_and_every_attack_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BLOG", Size("small", users=20, categories=3, posts=12, comments=60))
    monkeypatch.setattr(attacks, "BYTES", 2_000)
    here = build.here()
    database = here.filled(tmp_path)
    post, token = here.somebody(database)
    with serving(here.competitor, database, None, tmp_path) as server:
        noticed = await Neighbour(server.port, post, token).live(1.5)
        visits = [
            *(work(Visitor("127.0.1.1", server.port), post) for work in dict(attacks.CLIENTS)),
            *(attacks.standing(Visitor("127.0.2.1", server.port), number) for number in range(5)),
        ]
        ended = await asyncio.gather(
            *(asyncio.wait_for(visit, 1) for visit in visits), return_exceptions=True
        )
    assert len(noticed.queries) > 1
    assert noticed.comments
    endings = (OSError, EOFError, TimeoutError, ConnectionClosed, InvalidStatus)
    assert [each for each in ended if each is not None and not isinstance(each, endings)] == []
