"""The proxies of docs/proxies.md, each started with its block, as an ordinary user and for this machine alone."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection

from tests import npm
from tests.clients.pages import WEB, sections
from tests.postgresql import end_with_the_tests, free_port, unprivileged_user
from tests.project.reading import FENCED, ROOT
from tests.tools import find

PAGE = ROOT / "docs" / "proxies.md"
PATIENCE = 30.0
PLACES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
MODULES = ("mpm_event", "authz_core", "alias", "mime", "filter", "deflate", "asis", "proxy", "proxy_http")
"""Of Apache: what Debian has turned on, and what the document says to turn on."""
LISTENING = "127.0.0.1"
Command = Sequence[str | Path]


@dataclass(frozen=True)
class Place:
    """Where a proxy keeps its files, and listens."""

    folder: Path
    port: int

    @property
    def address(self) -> str:
        return f"{LISTENING}:{self.port}"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path


def nginx(place: Place, site: str) -> Command:
    """The block is a site, as in /etc/nginx/conf.d."""
    paths = "".join(f"{each}_temp_path {place.folder}/{each};\n" for each in PLACES)
    text = f"pid {place.folder}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{paths}"
    text += site.replace("listen 80", f"listen {place.address}") + "}\n"
    options = "daemon off; master_process off;"
    return [find("nginx"), "-e", "stderr", "-c", place.write("nginx.conf", text), "-g", options]


def apache(place: Place, site: str) -> Command:
    """The block is a site, as in /etc/apache2/sites-available."""
    modules = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES]
    around = [
        f"Listen {place.address}",
        f"PidFile {place.folder}/pid",
        f"ErrorLog {place.folder}/errors",
        "ServerName localhost",
        "TypesConfig /dev/null",
        "<Directory />\nRequire all denied\n</Directory>",
        "ServerLimit 1\nThreadsPerChild 32\nMaxRequestWorkers 32",
    ]
    text = "\n".join([*modules, *around, site.replace("*:80", f"*:{place.port}")])
    return [find("apache2"), "-D", "FOREGROUND", "-f", place.write("apache.conf", text)]


def haproxy(place: Place, text: str) -> Command:
    """The block is the end of a haproxy.cfg, whose beginning is about logs and users."""
    text = text.replace("bind :80", f"bind {place.address}")
    return [find("haproxy"), "-db", "-f", place.write("haproxy.cfg", text)]


def caddy(place: Place, site: str) -> Command:
    """The block is a whole Caddyfile; without a name it does not ask for a certificate."""
    text = "{\n\tadmin off\n}\n" + site.replace("blog.example.org", f"http://{place.address}")
    return [find("caddy"), "run", "--config", place.write("Caddyfile", text), "--adapter", "caddyfile"]


def varnish(place: Place, text: str) -> Command:
    """The block is a whole default.vcl."""
    vcl = place.write("default.vcl", text)
    options = ["-F", "-j", "none", "-s", "malloc,16m", "-a", place.address]
    return [find("varnishd"), *options, "-n", place.folder, "-f", vcl]


def lighttpd(place: Place, text: str) -> Command:
    """The block is a part, as in /etc/lighttpd/conf-enabled."""
    around = [
        'server.modules = ("mod_access")',
        f'server.document-root = "{place.folder}/nothing"',
        f'server.bind = "{LISTENING}"\nserver.port = {place.port}',
    ]
    text = "\n".join([*around, text])
    return [find("lighttpd"), "-D", "-f", place.write("lighttpd.conf", text)]


def vite(place: Place, text: str) -> Command:
    """The block is a whole vite.config.ts."""
    modules = npm.packages(WEB)
    (place.folder / "node_modules").symlink_to(modules)
    place.write("vite.config.ts", text)
    program = modules / "vite" / "bin" / "vite.js"
    return [find("node"), program, "--strictPort", "--host", LISTENING, "--port", str(place.port)]


PROXIES: dict[str, Callable[[Place, str], Command]] = {
    "nginx": nginx,
    "Apache": apache,
    "HAProxy": haproxy,
    "Caddy": caddy,
    "Varnish": varnish,
    "lighttpd": lighttpd,
    "Vite": vite,
}
"""By the document's headings."""


@contextmanager
def proxied(name: str, server: str) -> Iterator[str]:
    """The address of a proxy with the document's block, in front of a server."""
    with tempfile.TemporaryDirectory(prefix="causerie-proxy-") as folder:
        place = Place(Path(folder), free_port())
        place.folder.chmod(0o755)
        process = _run(PROXIES[name](place, _configured(name, place, server)), place.folder, name)
        try:
            _wait_for(process, place)
            yield f"http://{place.address}"
        finally:
            os.killpg(
                process.pid, signal.SIGKILL
            )  # with its children: some take long leave of open connections
            process.wait(PATIENCE)


def _configured(name: str, place: Place, server: str) -> str:
    """The block for this place and this server, once the commands beside it have been run."""
    section = re.sub(r"/etc/\w+", folder := str(place.folder), sections(PAGE)[name])
    section = re.sub(r"\b8000\b", server.rpartition(":")[2], section)
    section = section.replace("retry: 2000", "retry: 200")  # not to wait in tests, but to be waited for
    section = re.sub(r"\b(retries|lb_try_duration) 20", r"\1 200", section)
    (_, block), *others = FENCED.findall(section)
    for kind, commands in others:
        assert kind == "sh"
        subprocess.run(["sh", "-euc", commands], cwd=folder, check=True)
    return str(block)


def _run(command: Command, folder: Path, name: str) -> subprocess.Popen[bytes]:
    user = unprivileged_user() if name != "Vite" else None  # whose packages may be where others cannot read
    if user is not None:
        shutil.chown(folder, user)
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            user=user,
            cwd=folder,
            env=os.environ | {"HOME": str(folder)},
            start_new_session=True,
            preexec_fn=end_with_the_tests if sys.platform == "linux" else None,  # noqa: PLW1509 - one call
        )


def _wait_for(process: subprocess.Popen[bytes], place: Place) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            create_connection((LISTENING, place.port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError((place.folder / "log").read_text())
