"""A process that is killed while it publishes and sends forgets no page, and tells none again that it has heard of."""

import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
KILLS = 5


async def test_whenever_it_is_killed_each_page_is_told_and_none_again_whose_answer_was_noted(
    database_url: str,
) -> None:
    program = [sys.executable, "-m", "tests.server.background.killed_sender", database_url, str(KILLS)]
    process = await asyncio.create_subprocess_exec(*program, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(120):
        written, _ = await process.communicate()
    assert process.returncode == 0
    account = json.loads(written)
    assert account["posts"] >= 1
    assert account["never_told"] == account["told_for_nothing"] == account["not_noted"] == 0
    # Between an answer and the note of it there is a moment, in which no number of tests may depend on luck.
    assert account["told_again_although_heard"] <= 1
