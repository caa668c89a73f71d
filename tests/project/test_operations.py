"""What docs/operations.md shows is run, so that it stays true."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.clients.talking import ask, comment, newest_post, sign_in
from tests.postgresql import Server as Postgresql
from tests.postgresql import free_port
from tests.project.reading import blocks
from tests.server.conftest import CHEAP
from tests.server.running import Server, environment, running
from tests.tools import find, missing

PAGE = "docs/operations.md"
SERVICE, SOCKET = blocks(PAGE, "ini")
(NGINX,) = blocks(PAGE, "nginx")
HEALTH, _, BACK_UP, RESTORE, POSTGRESQL = blocks(PAGE, "sh")
COUNT = "{ posts(first: 1) { nodes { commentCount feedCursor } } }"


def shell(commands: str, folder: Path, **settings: object) -> None:
    variables = environment(**settings)
    programs = [str(Path(find(name)).parent) for name in ("causerie", "pg_dump", "sqlite3", "curl")]
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


def test_health_is_asked_for_as_shown(tmp_path: Path) -> None:
    database = f"sqlite://{tmp_path / 'causerie.db'}"
    with running(database) as server:
        shell(HEALTH.replace("http://127.0.0.1:8000", server.url), tmp_path, database=database)


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[str]:
    """The address of an nginx with the site of the document, for our server."""
    port = free_port()
    site = NGINX.replace("127.0.0.1:8000", upstream).replace("listen 80", f"listen 127.0.0.1:{port}")
    places = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{place}_temp_path {folder}/{place};\n" for place in places)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{paths}{site}}}\n"
    )
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        missing("nginx is missing: install nginx-light")
    process = subprocess.Popen(
        [program, "-e", "stderr", "-c", folder / "nginx.conf", "-g", "daemon off; master_process off;"]
    )
    try:
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_the_site_is_served_through_the_proxy(sqlite_url: str, tmp_path: Path) -> None:
    """Requests and sockets: a page of the proxy's own address may open them."""
    with (
        running(sqlite_url, trusted_proxies="127.0.0.1") as server,
        nginx(tmp_path, server.url.removeprefix("http://")) as address,
    ):
        transport = httpx.HTTPTransport(retries=20)  # until nginx listens
        with httpx.Client(transport=transport) as client:
            assert client.get(f"http://{address}/readyz").json() == {"status": "ready"}
        with connect(
            f"ws://{address}/graphql",
            origin=Origin(f"http://{address}"),
            subprotocols=[Subprotocol("graphql-transport-ws")],
            proxy=None,
        ) as socket:
            socket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(socket.recv(10))["type"] == "connection_ack"


def test_a_sqlite_backup_is_made_and_restored_as_shown(tmp_path: Path) -> None:
    database = f"sqlite://{tmp_path / 'causerie.db'}"
    with running(database, "--demo", **CHEAP) as server:
        write(server, 2)
        before = state(server)
        shell(BACK_UP, tmp_path)
        write(server, 3)
        assert state(server) != before
    shell(RESTORE, tmp_path)
    with running(database, **CHEAP) as server:
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
