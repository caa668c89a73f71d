#!/usr/bin/env bash
# asyncpg: a pool with a smallest size goes on connecting by itself while PostgreSQL is away, and logs each attempt as an
# error with a traceback, though nobody asks it for anything. The smallest size is 10 by default.
#
# Expected: a pool that is not asked connects to nobody, and whoever asks it is told why it cannot; so a service that says
# once that its database is away has one line in its log.
# Seen with asyncpg 0.32.0 and PostgreSQL 15.18: "Failed to restore the pool connection floor; retrying" several times in ten
# seconds, with the traceback of the refused connection; with min_size=0 nothing at all.
#
# Needs PostgreSQL (Debian: postgresql), which it starts on a port of its own.
set -euo pipefail
PATH="$PATH:$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)"
folder=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
trap 'as pg_ctl -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check asyncpg==0.32.0 2>/dev/null
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
as initdb --username=ada --auth=trust -D data >/dev/null
postgres --version

cat >try.py <<'PYTHON'
import asyncio
import logging
import subprocess
import sys

import asyncpg

START = "-o", "-c port=15433 -c listen_addresses=127.0.0.1 -c unix_socket_directories="
COMMAND = [*sys.argv[1:], "pg_ctl", "-D", "data", "-w", "-m", "immediate", "-l", "data/log"]


class Lines(logging.Handler):
    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append((record.getMessage(), bool(record.exc_info)))


async def while_it_is_away(size):
    """What a pool that nobody asks logs in ten seconds."""
    subprocess.run([*COMMAND, *START, "start"], check=True, stdout=subprocess.DEVNULL)
    pool = await asyncpg.create_pool("postgresql://ada@127.0.0.1:15433/postgres", min_size=size, max_size=2)
    await pool.fetchval("SELECT 1")
    handler = Lines()
    logging.getLogger("asyncpg").addHandler(handler)
    subprocess.run([*COMMAND, "stop"], check=True, stdout=subprocess.DEVNULL)
    await asyncio.sleep(10)
    logging.getLogger("asyncpg").removeHandler(handler)
    pool.terminate()
    return handler.lines


async def main():
    print("asyncpg", asyncpg.__version__)
    kept, free = await while_it_is_away(1), await while_it_is_away(0)
    print(f"min_size=1: {len(kept)} lines,", *{line for line, _ in kept}, sep=" ")
    print(f"min_size=0: {len(free)} lines")
    assert len(kept) > 1 and all(traceback for _, traceback in kept)
    assert not free


asyncio.run(main())
PYTHON
if [ "$(id -u)" = 0 ]; then
  venv/bin/python try.py setpriv --reuid=postgres --regid=postgres --clear-groups
else
  venv/bin/python try.py
fi
