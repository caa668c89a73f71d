"""The page that docs/clients.md makes with Relay."""

import re
import shlex
import subprocess
from pathlib import Path

from tests.clients import pages
from tests.clients.conversation import begun, hold
from tests.server.running import Server
from tests.tools import find

SECTION = pages.sections()["Relay"]
COMMAND = re.compile(r"^(?:curl|npx) .+$", re.MULTILINE)
REFUSED = "Warning: MutationHandlers: Expected the server edge to be non-null."
"""The development build says so when a comment is refused, as the document tells."""

CONFIGURATION = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_a_page_with_relay_is_right_through_it_all(tmp_path: Path, sqlite_url: str) -> None:
    with begun(tmp_path, sqlite_url, "Begin", "Relay", prepare=compiled) as talk:
        hold(talk)
        assert talk.complaints == [REFUSED]
        talk.complaints.clear()


def compiled(project: Path, server: Server) -> None:
    """Do to the project what the document's commands do, once the packages are there."""
    (configuration,) = CONFIGURATION.findall(SECTION)
    (project / "relay.config.json").write_text(configuration)
    for line in COMMAND.findall(SECTION):
        program, *arguments = shlex.split(line.replace(pages.ADDRESS, server.url.removeprefix("http://")))
        if program == "npx":
            pages.run(project, *arguments)
        else:
            subprocess.run([find(program), *arguments], cwd=project, check=True, capture_output=True)
