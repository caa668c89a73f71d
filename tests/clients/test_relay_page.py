"""The page that docs/clients.md makes with Relay."""

import re
import shlex
import subprocess
from pathlib import Path

from playwright.sync_api import expect

from tests.clients import pages
from tests.clients.conversation import Conversation, begun, hold
from tests.server.running import Server
from tests.tools import find

SECTION = pages.sections()["Relay"]
COMMAND = re.compile(r"^(?:curl|npx) .+$", re.MULTILINE)
CONFIGURATION = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_a_page_with_relay_is_right_through_it_all(tmp_path: Path, sqlite_url: str) -> None:
    with begun(tmp_path, sqlite_url, "Begin", "Relay", prepare=compiled) as talk:
        hold(talk)
        _a_refusal_is_shown(talk)


def _a_refusal_is_shown(talk: Conversation) -> None:
    """And the development build says, as the document tells, that there was no edge."""
    talk.write(" ")
    expect(talk.page.locator("main > form output")).to_contain_text("The body is empty.")
    assert talk.complaints == ["Warning: MutationHandlers: Expected the server edge to be non-null."]
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
