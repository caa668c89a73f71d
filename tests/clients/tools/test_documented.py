"""docs/clients.md shows what the programs here do."""

import textwrap

import pytest

from tests.clients.tools.documented import PROGRAMS, pieces


@pytest.mark.parametrize("title", ["Python", "Code generators"])
def test_each_piece_of_code_stands_in_a_program(title: str) -> None:
    programs = [textwrap.dedent(path.read_text("utf-8")) for path in PROGRAMS.glob("*.*")]
    shown = pieces(title)
    assert shown
    assert [piece for piece in shown if not any(piece in program for program in programs)] == []
