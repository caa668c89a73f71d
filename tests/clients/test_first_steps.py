"""The beginning of docs/clients.md: how a page is let in, and what the rest takes for granted."""

import contextlib
import json
import re
import shlex
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLInterfaceType, build_schema

from tests.clients import pages
from tests.server.running import ROOT, running

SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SOCKET = """(address) => new Promise((resolve) => {
    const socket = new WebSocket(address, "graphql-transport-ws");
    socket.onopen = () => socket.send('{"type": "connection_init"}');
    socket.onmessage = ({ data }) => resolve(JSON.parse(data).type);
    socket.onclose = ({ code }) => resolve(code);
})"""
FETCH = """(address) => fetch(address + "?query={site{title}}").then(
    async (answer) => (await answer.json()).data.site.title, (error) => error.message)"""


def commands(section: str) -> list[str]:
    return SHELL.findall(pages.sections()[section])


def test_a_page_that_is_not_named_is_refused_with_few_words(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "dist").mkdir()
    with pages.hosted(tmp_path) as origin, running(sqlite_url) as server, pages.browsed() as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(origin)
        assert page.evaluate(FETCH, server.graphql) == "Failed to fetch"
        assert page.evaluate(SOCKET, server.socket) == 1006
        assert any("CORS" in text for text in said)


def test_the_setting_lets_a_page_and_its_sockets_in(tmp_path: Path, sqlite_url: str) -> None:
    (export, *_) = commands("Begin")
    name, _, allowed = export.strip().removeprefix("export CAUSERIE_").partition("=")
    page = tmp_path / "dist" / "index.html"
    page.parent.mkdir()
    page.touch()
    with pages.hosted(tmp_path) as origin, pages.browsed() as browser:
        settings = {name.lower(): allowed.replace("http://localhost:5173", origin)}
        with running(sqlite_url, **settings) as server:
            browser.goto(origin)
            assert browser.evaluate(FETCH, server.graphql) == "Causerie"
            assert browser.evaluate(SOCKET, server.socket) == "connection_ack"


def test_a_development_server_passes_everything_on(tmp_path: Path, sqlite_url: str) -> None:
    project, named = tmp_path / "project", pages.files(pages.sections()["Begin"])
    with running(sqlite_url) as server:
        pages.write(project, {"vite.config.ts": named["vite.config.ts"]}, server=server.url)
        with developing(project) as origin, pages.browsed() as page:
            page.goto(f"{origin}/vite.config.ts")
            assert page.evaluate(FETCH, f"{origin}/graphql") == "Causerie"
            assert page.evaluate(SOCKET, f"{origin.replace('http', 'ws')}/graphql") == "connection_ack"


@contextlib.contextmanager
def developing(project: Path) -> Iterator[str]:
    """Vite's development server on the project, which fetches nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    vite = [str(project / "node_modules" / ".bin" / "vite"), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(
        [*vite, "--strictPort"], cwd=project, env=pages.environment(), stdout=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody listens; what Vite prints depends on who looks."""
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None
        assert time.monotonic() < deadline
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)


def test_the_packages_that_it_names_are_those_of_the_tests() -> None:
    project = json.loads((pages.WEB / "package.json").read_text())
    installed = project["dependencies"].keys() | project["devDependencies"].keys()
    for section in ("Begin", "Apollo Client", "urql", "Relay", "TanStack Query"):
        lines = [shlex.split(line) for line in "\n".join(commands(section)).splitlines()]
        named = {word for line in lines if line[:2] == ["npm", "install"] for word in line[2:]}
        assert named, section
        assert named - {"--save-dev"} <= installed


def test_it_knows_which_types_an_interface_has() -> None:
    schema = build_schema((ROOT / "schema" / "schema.graphql").read_text())
    interfaces = [it for it in schema.type_map.values() if isinstance(it, GraphQLInterfaceType)]
    text = (pages.DOCUMENT.with_suffix("") / "operations.ts").read_text().partition("possibleTypes = {")[2]
    listed = {
        name: re.findall(r'"(\w+)"', types)
        for name, types in re.findall(r"(\w+): \[(.*?)\]", text, re.DOTALL)
    }
    assert listed == {
        it.name: sorted(each.name for each in schema.get_possible_types(it)) for it in interfaces
    }
