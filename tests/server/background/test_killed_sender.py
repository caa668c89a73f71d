"""A process that is killed while it publishes and sends forgets no page.

That none is told again whose answer was noted has a test of its own, which needs no luck.
"""

import asyncio
import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
KILLS = 4


async def test_whenever_it_is_killed_each_page_is_told_and_it_is_noted(
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
