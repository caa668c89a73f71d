"""What docs/operations.md shows is run, so that it stays true."""

import subprocess
from pathlib import Path

from tests.clients.requests import ask, comment, newest_post, sign_in
from tests.pgbouncer import pooling
from tests.postgresql import Server as Postgresql
from tests.project.reading import blocks
from tests.server.conftest import CHEAP
from tests.server.running import Server, command, environment, running
from tests.tools import find

PAGE = "docs/operations.md"
SERVICE, SOCKET, POOLER = blocks(PAGE, "ini")
(LIMITS,) = blocks(PAGE, "sql")
HEALTH, _, BACK_UP, RESTORE, POSTGRESQL, MOVE, LEAVE = blocks(PAGE, "sh")
COUNT = "{ posts(first: 1) { nodes { commentCount feedCursor } } }"


def shell(commands: str, folder: Path, **settings: object) -> None:
    variables = environment(**settings)
    programs = [str(Path(find(name)).parent) for name in ("causerie", "pg_dump", "curl")]
    variables["PATH"] = ":".join([*programs, variables["PATH"]])
    subprocess.run(["sh", "-euc", commands], cwd=folder, env=variables, check=True, timeout=60)


def state(server: Server) -> tuple[int, str]:
    (post,) = ask(server, COUNT)["posts"]["nodes"]
    return post["commentCount"], post["feedCursor"]


def write(server: Server, times: int) -> None:
    token, post = sign_in(server, "julien"), newest_post(server)
    for number in range(times):
        comment(server, token, post, f"Comment {number}")


def test_the_units_are_such_that_systemd_understands(tmp_path: Path) -> None:
    service, kept = tmp_path / "causerie.service", tmp_path / "causerie.socket"
    kept.write_text(SOCKET)
    service.write_text(SERVICE.replace("/srv/causerie/.venv/bin/causerie", str(find("causerie"))))
    program = find("systemd-analyze")
    checked = subprocess.run(
        [program, "verify", "--man=no", service, kept],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    complaints = [line for line in checked.stderr.splitlines() if "causerie" in line]
    assert complaints == []


def test_health_is_asked_for_as_shown(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url) as server:
        shell(HEALTH.replace("http://127.0.0.1:8000", server.url), tmp_path, database=sqlite_url)


def test_pgbouncer_will_do_as_shown(postgresql_server: Postgresql, postgresql_url: str) -> None:
    postgresql_server.execute(LIMITS.replace("blog", postgresql_url.rsplit("/", 1)[-1]))
    with pooling(postgresql_server, shown=POOLER.removeprefix("[pgbouncer]\n")) as pooler:
        url = pooler.url(postgresql_url)
        checked = command("check", "--database", url, wakeup=postgresql_url)
        assert checked.returncode == 0, checked.stderr
        deaf = command("check", "--database", url)
    assert deaf.returncode == 1
    assert "name PostgreSQL's own address in CAUSERIE_WAKEUP" in deaf.stderr


def test_a_sqlite_backup_is_made_and_restored_as_shown(sqlite_url: str, tmp_path: Path) -> None:
    with running(sqlite_url, "--demo", **CHEAP) as server:
        write(server, 2)
        before = state(server)
        shell(BACK_UP, tmp_path)
        write(server, 3)
        assert state(server) != before
    shell(RESTORE, tmp_path)
    with running(sqlite_url, **CHEAP) as server:
        assert state(server) == before
        write(server, 1)


def test_a_postgresql_backup_is_made_and_restored_as_shown(
    postgresql_url: str, postgresql_server: Postgresql, tmp_path: Path
) -> None:
    dump, restore = POSTGRESQL.splitlines()
    with running(postgresql_url, "--demo", **CHEAP) as server:
        write(server, 2)
        before = state(server)
        shell(dump, tmp_path, database=postgresql_url)
        write(server, 3)
    shell(restore, tmp_path, database=postgresql_url)
    with running(postgresql_url, **CHEAP) as server:
        assert state(server) == before
        write(server, 1)


def test_a_site_moves_from_sqlite_to_postgresql_and_leaves_as_shown(
    postgresql_url: str, sqlite_url: str, tmp_path: Path
) -> None:
    export, restore = MOVE.splitlines()
    with running(sqlite_url, "--demo", **CHEAP) as server:
        write(server, 2)
        shell(export + "\n" + LEAVE, tmp_path)
    assert "<wp:wxr_version>1.2" in (tmp_path / "blog.xml").read_text()
    shell(restore.replace(restore.split()[-1], postgresql_url), tmp_path)
    shell(export.replace("site", "same"), tmp_path, database=postgresql_url)
    assert (tmp_path / "same.zip").read_bytes() == (tmp_path / "site.zip").read_bytes()
