"""The tests on other versions of SQLite: what they refuse."""

from pathlib import Path

import pytest

from tests import libraries


def test_an_unknown_version_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert libraries.main(["3.1.4"]) == 1
    assert "3.1.4 is none of 3.46.1, 3.54.1" in capsys.readouterr().err


def test_another_archive_than_the_pinned_one_is_not_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, _ = libraries.PACKAGES["3.46.1"]
    (tmp_path / f"{libraries.PACKAGE}-{package}.tgz").write_bytes(b"something else")
    monkeypatch.setattr(libraries, "_run", lambda *_: None)
    with pytest.raises(libraries.Impossible, match="its hash is another one"):
        libraries._source("3.46.1", tmp_path)  # noqa: SLF001 - what comes before the compiler
