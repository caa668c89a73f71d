"""The specification's own suite: every audit of the npm package graphql-http, against the real server."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server.running import Server

FOLDER = Path(__file__).parent / "conformance"
AUDITS = 61


@pytest.fixture(scope="session")
def audit() -> Path:
    """The script that runs the audits, with its packages installed."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs Node.js")
    if not (FOLDER / "node_modules" / "graphql-http").exists():
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER, check=True)
    return FOLDER / "audit.js"


def test_every_audit_of_graphql_over_http_is_ok(sqlite_site: Server, audit: Path) -> None:
    run = subprocess.run(
        ["node", audit, sqlite_site.graphql], capture_output=True, text=True, timeout=60, check=True
    )
    results = json.loads(run.stdout)
    assert len(results) == AUDITS
    assert [result for result in results if result["status"] != "ok"] == []
