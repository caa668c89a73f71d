"""Code generators and typed clients from npm: what they make of the schema is checked and run."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests import npm
from tests.clients.tools import projects
from tests.server.conftest import CHEAP
from tests.server.running import Server, running
from tests.tools import find

FOLDER = Path(__file__).parent
BUNDLE = ["--bundle", "--platform=node", "--format=esm", "--packages=external"]
OUT = ["--outdir=out", "--out-extension:.js=.mjs"]
TITLE = "Code generators"
SLUG = "keyset-paging-or-why-page-500-is-slow"


@pytest.fixture(scope="module")
def project(sqlite_site: Server) -> Path:
    """A folder below the packages, in which all has been generated, checked and bundled."""
    programs = npm.packages(FOLDER) / ".bin", find("node").parent
    folder = FOLDER / "build"
    shutil.rmtree(folder, ignore_errors=True)
    projects.write(folder, TITLE)
    projects.follow(folder, TITLE, sqlite_site, *programs)
    projects.run(folder, "tsc", path=programs)
    entries = [path.name for path in folder.glob("*.ts") if not path.name.endswith(".d.ts")]
    projects.run(folder, "esbuild", *entries, *BUNDLE, *OUT, path=programs)
    return folder


def report(project: Path, site: Server, name: str) -> Any:
    seen = projects.report(project, site, find("node"), f"out/{name}.mjs")
    if "at" in seen:
        seen["at"] = datetime.fromisoformat(seen["at"])
    return seen


@pytest.mark.parametrize(
    ("name", "tool", "more"),
    [
        ("graphql-codegen-client", "graphql-codegen", {"two": 2}),
        ("gql-tada-client", "gql.tada", {}),
        ("zeus-client", "graphql-zeus", {"newer": True}),
        ("stitching-gateway", "graphql-tools", {"refused": True}),
    ],
)
def test_a_page_is_asked_a_comment_is_written_and_heard(
    sqlite_site: Server, project: Path, seen: dict[str, Any], name: str, tool: str, more: dict[str, Any]
) -> None:
    words = f"Written with {tool}"
    shown = report(project, sqlite_site, name)
    loud = shown.pop("loud", [seen["title"].upper()] * 2)
    assert shown == seen | {"added": words, "heard": words} | more
    assert loud == [seen["title"].upper()] * 2


def test_genql_asks_and_writes(sqlite_site: Server, project: Path, seen: dict[str, Any]) -> None:
    assert report(project, sqlite_site, "genql-client") == seen | {"added": "Written with genql"}


def test_the_schema_composes_as_a_subgraph(sqlite_site: Server, project: Path) -> None:
    assert report(project, sqlite_site, "composition") == {
        "errors": [],
        "hints": [],
        "kept": ["interface FeedEvent", "orderBy: PostOrder = NEWEST", "@specifiedBy"],  # not @oneOf
    }


def test_a_server_takes_the_generated_documents_and_no_others(sqlite_url: str, project: Path) -> None:
    manifest = project / "gql" / "persisted-documents.json"
    documents = json.loads(manifest.read_text(encoding="utf-8"))
    (page,) = (key for key, document in documents.items() if document.startswith("query Page"))
    asked = {"documentId": page, "variables": {"by": {"slug": SLUG}}}
    with running(sqlite_url, "--demo", trusted_documents=manifest, **CHEAP) as server:
        answer = httpx.post(server.graphql, json=asked).json()
        other = httpx.post(server.graphql, json={"query": "{ site { title } }"}).json()
    assert answer["data"]["post"]["title"]
    assert other["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"
