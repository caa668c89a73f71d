"""What docs/clients.md tells the users of tools to write: files, commands, and pieces of programs."""

import re
from pathlib import Path

from tests.server.running import ROOT

PROGRAMS = Path(__file__).parent / "programs"
SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"(?://|#) ([\w./-]+\.\w+)\n")


def section(title: str) -> str:
    """What stands under a heading of the second level."""
    _, *parts = SECTION.split((ROOT / "docs" / "clients.md").read_text(encoding="utf-8"))
    return parts[parts.index(title) + 1]


def files(title: str) -> dict[str, str]:
    """The blocks that begin with a file's name."""
    return {named[1]: text[named.end() :] for _, text in _blocks(title) if (named := NAME.match(text))}


def commands(title: str) -> str:
    """The blocks that are for a shell, as one script."""
    return "".join(text for language, text in _blocks(title) if language == "sh")


def pieces(title: str) -> list[str]:
    """The blocks that are neither a file nor for a shell: parts of programs."""
    return [text for language, text in _blocks(title) if language != "sh" and not NAME.match(text)]


def _blocks(title: str) -> list[tuple[str, str]]:
    return BLOCK.findall(section(title))
