"""`python -m web`: build what browsers load. Needs Node.js 20 or newer; where there is none, pip brings one.

npm fetches the packages that `package-lock.json` names, by their hashes, and runs none of their scripts.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import web

OLDEST_NODE = 20
NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]


def search_path() -> str:
    """Where to look for node and npm: beside this Python, where pip puts them, then on PATH."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def node_version() -> int:
    """The major version of the Node.js that comes with an npm; 0 when there is none."""
    node, npm = (shutil.which(name, path=search_path()) for name in ("node", "npm"))
    if node is None or npm is None:
        return 0
    printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    digits = printed.strip().removeprefix("v").partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def bring_node() -> None:
    """Install Node.js beside this Python, as a pinned and hashed package."""
    lock = str(web.FOLDER / "requirements.lock")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "--requirement", lock], check=True)  # noqa: S603


def build() -> None:
    """Fetch the packages, bundle them, and drop what only the bundling needed."""
    environment = os.environ | {"PATH": search_path()}
    npm = shutil.which("npm", path=environment["PATH"])
    if npm is None:
        raise FileNotFoundError("npm")
    for arguments in (NPM_CI, ["run", "--silent", "build"]):
        subprocess.run([npm, *arguments], cwd=web.FOLDER, env=environment, check=True)  # noqa: S603
    shutil.rmtree(web.FOLDER / "node_modules")


def main() -> int:
    """The exit code."""
    try:
        if node_version() < OLDEST_NODE:
            bring_node()
        build()
    except (subprocess.CalledProcessError, OSError) as error:
        complaint = f"What browsers load could not be built ({error}). The pages work, and are not live."
        print(complaint, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
