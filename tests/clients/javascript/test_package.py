"""The JavaScript client as a package: how large it is, whether its types are those of the schema, and what is in it."""

import gzip
import json
import tomllib
from pathlib import Path

from tests import npm
from tests.clients.tools import projects
from tests.clients.tools.test_typescript import FOLDER as TOOLS
from tests.server.running import ROOT
from tests.tools import find

CLIENT = ROOT / "web" / "client"
BUNDLE = ["--bundle", "--minify", "--format=esm", "--target=es2022"]
LARGEST = 7_300


def test_it_is_small(tmp_path: Path) -> None:
    programs = npm.packages(TOOLS) / ".bin", find("node").parent
    bundle = tmp_path / "client.js"
    projects.run(CLIENT, "esbuild", "index.js", *BUNDLE, f"--outfile={bundle}", path=programs)
    assert len(gzip.compress(bundle.read_bytes(), 9)) <= LARGEST


def test_its_types_are_those_of_the_schema(tmp_path: Path) -> None:
    """`make types` makes them."""
    programs = npm.packages(TOOLS) / ".bin", find("node").parent
    asked = json.loads((TOOLS / "schema-types.json").read_text())
    ((written, how),) = asked["generates"].items()
    assert (TOOLS / written).resolve() == CLIENT / "schema.d.ts"
    made, config = tmp_path / "schema.d.ts", tmp_path / "schema-types.json"
    schema = str(TOOLS / asked["schema"])
    config.write_text(json.dumps({"schema": schema, "generates": {str(made): how}}))
    projects.run(TOOLS, "graphql-codegen", "--config", config, path=programs)
    assert made.read_text() == (CLIENT / "schema.d.ts").read_text()


def test_it_brings_what_it_needs_and_nothing_else() -> None:
    package = json.loads((CLIENT / "package.json").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert (package["version"], package["license"]) == (project["version"], project["license"])
    assert not package.keys() & {"dependencies", "peerDependencies", "scripts"}
    packed = projects.run(CLIENT, find("npm"), "pack", "--dry-run", "--json", path=(find("node").parent,))
    (listed,) = json.loads(packed)
    files = {path.name for path in CLIENT.iterdir() if path.suffix in {".js", ".ts", ".json", ".md"}}
    assert {file["path"] for file in listed["files"]} == files
    for entry in package["exports"].values():
        assert {name.removeprefix("./") for name in entry.values()} <= files
