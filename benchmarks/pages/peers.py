"""A post with 50 comments as a page: ours, Isso's thread of the same comments, and WordPress's page of the same post.

`python -m benchmarks.pages.peers` needs Debian's `wordpress`, `libapache2-mod-php8.2`, `php8.2-mysql` and
`mariadb-server`, and Isso from PyPI in an environment of its own, whose program `ISSO` names. Each server has one core,
WordPress together with its database; all are asked in turn, in each round, and nothing leaves this machine.
"""

import argparse
import asyncio
import getpass
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from benchmarks import load
from benchmarks.competitors import OURS, OURS_CACHED, Competitor
from benchmarks.pages.feeds import CLIENT_CORE, GET, SERVER_CORE
from benchmarks.pages.one_post import plant
from benchmarks.programs import find, free_port
from benchmarks.serving import serving

COMMENTS = 50
BODY = "A sentence about the post, number {}, which is neither short nor long, and a second one that agrees."
ARTICLE = "\n\n".join(
    f"Paragraph {number}. " + "Words that say little, for two lines or so. " * 8 for number in range(12)
)
ROUNDS, SECONDS = 5, 5
PATIENCE = 60.0
TARGETS = {"isso": 3.0, "wordpress": 20.0}

WORDPRESS = Path("/usr/share/wordpress")
CONFIGURATION = Path(__file__).with_name("wordpress")
SIGN = "A sentence about the post"
ISSO = """[general]
dbpath = {folder}/isso.db
host = http://127.0.0.1:1/
[server]
listen = http://127.0.0.1:{port}
[guard]
enabled = false
[moderation]
enabled = false
"""


@dataclass(frozen=True)
class Peer:
    """A server that has the post: where, and what its answer says for sure."""

    url: str
    sign: str


@contextmanager
def _program(*command: str, log: Path, environment: Mapping[str, str] | None = None) -> Iterator[None]:
    """A program on the servers' core."""
    pinned = [find("taskset"), "--cpu-list", str(SERVER_CORE), *command]
    with log.open("ab") as out:
        given = {**os.environ, **(environment or {})}
        process = subprocess.Popen(pinned, stdout=out, stderr=out, env=given, start_new_session=True)
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _until(peer: Peer) -> Peer:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = httpx.get(peer.url, timeout=10)
            if answer.status_code == httpx.codes.OK and answer.text.count(peer.sign) >= COMMENTS:
                return peer
        except httpx.TransportError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(peer.url)
        time.sleep(0.2)


@contextmanager
def ours(competitor: Competitor, folder: Path) -> Iterator[Peer]:
    """Our own server, on a database that it made itself."""
    database = f"sqlite://{folder / 'ours.db'}"
    if not (folder / "ours.db").exists():
        given = orjson.loads((folder / "given.json").read_bytes())
        asyncio.run(plant(folder / "ours.db", given["article"], given["comments"]))
    with serving(competitor, database, SERVER_CORE, folder) as server:
        yield _until(Peer(f"http://127.0.0.1:{server.port}/posts/the-post", SIGN))


@contextmanager
def isso(folder: Path) -> Iterator[Peer]:
    """Isso, which has the comments alone: the page around them is somebody else's."""
    port = free_port()
    (folder / "isso.cfg").write_text(ISSO.format(folder=folder, port=port))
    program = os.environ.get("ISSO", "isso")
    with _program(program, "-c", str(folder / "isso.cfg"), "run", log=folder / "isso.log"):
        base = f"http://127.0.0.1:{port}"
        for body in orjson.loads((folder / "given.json").read_bytes())["comments"]:
            _when_up(f"{base}/new?uri=%2Fpost", {"text": body, "author": "Ada", "title": "The post"})
        yield _until(Peer(f"{base}/?uri=%2Fpost", SIGN))


def _when_up(url: str, sent: dict[str, str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            httpx.post(url, json=sent).raise_for_status()
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


@contextmanager
def wordpress(folder: Path) -> Iterator[Peer]:
    """WordPress under Apache with opcache, and MariaDB behind it, on one core together."""
    port, socket = free_port(), folder / "mariadb" / "mariadb.sock"
    address = f"http://127.0.0.1:{port}"
    environment = {
        "WP_PORT": str(port),
        "WP_FOLDER": str(folder),
        "WP_SOCKET": str(socket),
        "WP_ADDRESS": address,
    }
    folder.chmod(0o755)
    www = folder / "www"
    shutil.copytree(
        WORDPRESS, www, ignore_dangling_symlinks=True, ignore=shutil.ignore_patterns("wp-config.php")
    )
    shutil.copy(CONFIGURATION / "wp-config.php", www)
    with mariadb(folder, socket), ExitStack() as running:
        fill = [find("php"), str(CONFIGURATION / "fill.php"), str(folder / "given.json")]
        filled = subprocess.run(
            fill, cwd=www, env=os.environ | environment, capture_output=True, text=True, check=True
        )
        apache = [find("apache2"), "-f", str(CONFIGURATION / "apache.conf"), "-DFOREGROUND"]
        running.enter_context(_program(*apache, log=folder / "apache.out", environment=environment))
        yield _until(Peer(f"{address}/?p={filled.stdout.split()[-1]}", SIGN))


@contextmanager
def mariadb(folder: Path, socket: Path) -> Iterator[None]:
    """An empty MariaDB with the database `wp`, which answers at a socket alone."""
    data = socket.parent
    data.mkdir()
    user = "mysql" if os.geteuid() == 0 else getpass.getuser()
    shutil.chown(data, user)
    common = ["--no-defaults", f"--datadir={data}", f"--user={user}"]
    install = [find("mariadb-install-db"), *common, "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, capture_output=True)
    options = [f"--socket={socket}", "--skip-networking", f"--pid-file={data}/mariadb.pid"]
    with _program(find("mariadbd"), *common, *options, log=folder / "mariadb.log"):
        client = [
            find("mariadb"),
            "--no-defaults",
            f"--socket={socket}",
            "-uroot",
            "-e",
            "CREATE DATABASE wp",
        ]
        deadline = time.monotonic() + PATIENCE
        while subprocess.run(client, capture_output=True, check=False).returncode:
            if time.monotonic() > deadline:
                raise TimeoutError(client)
            time.sleep(0.3)
        yield


def main() -> int:
    """Print the medians, and how many times a peer's rate ours is, as lines of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a trial")
    rounds, seconds = (2, 2) if parser.parse_args().quick else (ROUNDS, SECONDS)
    given = {"article": ARTICLE, "comments": [BODY.format(number) for number in range(COMMENTS)]}
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        (folder / "given.json").write_bytes(orjson.dumps(given))
        (folder / "none").write_bytes(b"")
        peers = {
            "ours": running.enter_context(ours(OURS, folder)),
            "ours, kept": running.enter_context(ours(OURS_CACHED, folder)),
            "isso": running.enter_context(isso(folder)),
            "wordpress": running.enter_context(wordpress(folder)),
        }
        measured = [
            {
                key: load.put(peer.url, folder / "none", seconds, core=CLIENT_CORE, script=GET).rate
                for key, peer in peers.items()
            }
            for _ in range(rounds)
        ]
    rates = {key: statistics.median(each[key] for each in measured) for key in peers}
    ratios = {
        f"{mine} / {key}": rates[mine] / rates[key] for mine in ("ours", "ours, kept") for key in TARGETS
    }
    sys.stdout.write(orjson.dumps({**rates, **ratios}).decode() + "\n")
    return 0 if all(rates["ours, kept"] >= least * rates[key] for key, least in TARGETS.items()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
