#!/usr/bin/env bash
# PgBouncer in transaction mode: a connection that listens hears its own notifications, every one of them, and nobody
# else's. So a connection that tries LISTEN by notifying itself is satisfied, and is deaf.
#
# Expected: LISTEN does nothing there, as the list of features says, so that such a trial hears nothing.
# Seen with PgBouncer 1.18.0 and 1.24.1, asyncpg 0.32.0: its own two arrive, before the answer to NOTIFY; of two from
# somebody else, through PgBouncer and past it, none does. The backend that listens is the one that is free for its next
# transaction, too, and PostgreSQL tells a session what it has notified itself at once.
#
# Needs PostgreSQL and PgBouncer (Debian: postgresql, pgbouncer), which it starts on ports of its own.
set -euo pipefail
PATH="$PATH:/usr/sbin:$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)"
folder=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi; }
finish() { kill "${started[@]}" 2>/dev/null || true; wait || true; rm -rf "$folder"; }
started=()
trap finish EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check asyncpg==0.32.0 2>/dev/null
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi
as initdb --username=ada --auth=trust -D data >/dev/null
as postgres -D data -c port=15432 -c listen_addresses=127.0.0.1 -c unix_socket_directories= 2>/dev/null &
started+=($!)
cat >pgbouncer.ini <<'INI'
[databases]
* = host=127.0.0.1 port=15432
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 16432
unix_socket_dir =
auth_type = any
pool_mode = transaction
INI
sed -i 's/^\* = .*/& user=ada/' pgbouncer.ini
as pgbouncer --quiet pgbouncer.ini 2>/dev/null &
started+=($!)
pgbouncer --version | head -n 1

cat >try.py <<'PYTHON'
import asyncio
import asyncpg

POOLED, DIRECT = (f"postgresql://ada@127.0.0.1:{port}/postgres" for port in (16432, 15432))


async def connect(url):
    for _ in range(100):
        try:
            return await asyncpg.connect(url, statement_cache_size=0)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.1)
    raise SystemExit("nobody is there")


async def main():
    print("asyncpg", asyncpg.__version__)
    direct = await connect(DIRECT)
    listener, other = await connect(POOLED), await connect(POOLED)
    heard = []
    await listener.add_listener("news", lambda *notification: heard.append(notification[-1]))
    await listener.execute("NOTIFY news, 'own 1'")
    await listener.execute("NOTIFY news, 'own 2'")
    await other.execute("NOTIFY news, 'through PgBouncer'")
    await direct.execute("NOTIFY news, 'past PgBouncer'")
    await asyncio.sleep(1)
    await listener.execute("SELECT 1")
    print("heard:", heard)
    assert heard == ["own 1", "own 2"]


asyncio.run(main())
PYTHON
venv/bin/python try.py
