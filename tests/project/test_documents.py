"""The documents speak of what is there."""

import re
import tomllib

import graphql
import pytest

from live.protocol.close_codes import CloseCode
from server.config.settings import Settings
from tests.project.reading import ROOT, blocks, document

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/api.md",
    "docs/architecture.md",
    "docs/clients.md",
    "docs/feeds.md",
    "docs/linkbacks.md",
    "docs/operations.md",
    "docs/proxies.md",
    "docs/settings.md",
    "docs/site.md",
]
SCHEMA = graphql.build_schema((ROOT / "schema" / "schema.graphql").read_text())
ROOMS = "auth|benchmarks|compiler|docs|findings|jobs|live|models|resolvers|runtime|schema|server|storage|tests|web"
for_each = pytest.mark.parametrize("name", DOCUMENTS)


@for_each
def test_links_lead_somewhere(name: str) -> None:
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]+)(?:#([^)]+))?\)", document(name)):
        path = (ROOT / name).parent / target
        assert path.exists(), target
        headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE) if heading else []
        assert not heading or heading in map(_anchor, headings), heading


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


@for_each
def test_what_can_be_made_and_set_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", document("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", document(name))) <= targets
    settings = {f"CAUSERIE_{field}".upper() for field in Settings.model_fields}
    assert set(re.findall(r"CAUSERIE_[A-Z0-9_]+", document(name))) <= settings


@for_each
def test_files_that_are_named_exist(name: str) -> None:
    for path in re.findall(rf"`((?:{ROOMS})/[\w/.]*)`", document(name)):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_maps_and_diagrams_name_what_is_there(name: str) -> None:
    paths = re.findall(rf"(?<![\w./])((?:{ROOMS})/[\w/.]*\b)", document(name))
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_wing_is_on_the_maps() -> None:
    rooms = ("live", "server")
    wings = [f"{room}/{path.parent.name}" for room in rooms for path in ROOT.glob(f"{room}/*/__init__.py")]
    assert {"server/http", "live/feed"} <= set(wings)
    for name in ("CONTRIBUTING.md", "docs/architecture.md"):
        assert [wing for wing in wings if f" {wing}/ " not in document(name)] == []


def test_contributing_has_the_layers_of_import_linter() -> None:
    contracts = tomllib.loads(document("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    assert len(layers) == 3
    for each in layers:
        steps = [f"{{{step.replace(' |', ',')}}}" if "|" in step else step for step in each]
        assert f"`{' → '.join(steps)}`" in document("CONTRIBUTING.md")


def test_diagrams_fit_a_hundred_columns() -> None:
    diagrams = blocks("docs/architecture.md", "text")
    assert len(diagrams) == 2
    assert [line for text in diagrams for line in text.splitlines() if len(line) > 100] == []


def test_terms_are_defined_where_the_glossary_says() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `([\w/.]+)` \|", document("docs/architecture.md"), re.MULTILINE)
    assert [term for term, _ in rows] == sorted((term for term, _ in rows), key=str.lower)
    assert len(rows) >= 35
    for term, path in rows:
        defined = rf"^(?:class |(?:async )?def )?{term}\b"
        assert re.search(defined, (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), term


@for_each
def test_graphql_documents_are_valid(name: str) -> None:
    for text in blocks(name, "graphql"):
        assert graphql.validate(SCHEMA, graphql.parse(text)) == []


BEFORE_CODES = r'code="|"code": "|_note\("|error_entry\("|TooLarge: \("|Timeout: \("|HTTPError\(\s*\d+,\s+"'
CODES = re.compile(rf'(?:{BEFORE_CODES})([A-Z]{{2,}}(?:_[A-Z]+)*)"')


def test_every_error_code_is_explained() -> None:
    sources = [path for room in ("compiler", "live", "server") for path in (ROOT / room).rglob("*.py")]
    codes = {code for path in sources for code in CODES.findall(path.read_text(encoding="utf-8"))}
    assert {"INTERNAL_ERROR", "TOO_LARGE", "CROSS_SITE", "SUBSCRIPTION_NEEDS_WEBSOCKET"} <= codes
    explained = set(re.findall(r"[A-Z]{2,}(?:_[A-Z]+)*", document("docs/api.md")))
    assert codes <= explained


def test_every_close_code_is_explained() -> None:
    explained = re.findall(r"^\| (\d{4}) \|", document("docs/api.md"), re.MULTILINE)
    assert explained == [str(int(code)) for code in CloseCode]
