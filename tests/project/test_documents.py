"""The documents speak of what is there."""

import re

import graphql
import pytest
from graphql.execution.values import VariableValues

import schema
from benchmarks.questions import QUESTIONS
from compiler import Limits
from compiler.cost import RowBound
from compiler.operation import Documents
from compiler.registry import Registry
from live.codes import CloseCode
from server.settings import Settings
from tests.project.reading import ROOT, blocks, document

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/api.md", "docs/architecture.md"]
SCHEMA = graphql.build_schema((ROOT / "schema" / "schema.graphql").read_text())
for_each = pytest.mark.parametrize("name", DOCUMENTS)


@for_each
def test_links_lead_somewhere(name: str) -> None:
    for target, heading in re.findall(r"\]\((?!https?:)([^)#]+)(?:#([^)]+))?\)", document(name)):
        path = (ROOT / name).parent / target
        assert path.exists(), target
        headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE) if heading else []
        assert not heading or heading in [each.lower().replace(" ", "-") for each in headings], heading


@for_each
def test_what_can_be_made_and_set_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", document("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", document(name))) <= targets
    settings = {f"CAUSERIE_{field}".upper() for field in Settings.model_fields}
    assert set(re.findall(r"CAUSERIE_[A-Z0-9_]+", document(name))) <= settings


@for_each
def test_files_that_are_named_exist(name: str) -> None:
    rooms = "auth|compiler|live|models|resolvers|schema|server|storage|web|tests|docs"
    for path in re.findall(rf"`((?:{rooms})/[\w/.]*)`", document(name)):
        assert (ROOT / path).exists(), path


@for_each
def test_graphql_documents_are_valid(name: str) -> None:
    for text in blocks(name, "graphql"):
        assert graphql.validate(SCHEMA, graphql.parse(text)) == []


TABS = re.findall(r"^const \w+ = `(.*?)`;", document("web/graphiql/tabs.js"), re.DOTALL | re.MULTILINE)
ORDINARY = [*(text for name in DOCUMENTS for text in blocks(name, "graphql")), *TABS] + [
    question.document for question in QUESTIONS
]


def test_ordinary_operations_stay_far_below_the_limit_of_rows() -> None:
    registry = Registry(schema.build())
    documents = Documents(registry.graphql, Limits())
    for text in ORDINARY:
        for definition in graphql.parse(text).definitions:
            if isinstance(definition, graphql.OperationDefinitionNode):
                name = definition.name.value if definition.name else None
                operation = documents.operation(text, name)
                values = VariableValues({}, {})
                assert RowBound(registry, operation, values).count() < Limits().rows / 10


def test_every_close_code_is_explained() -> None:
    explained = re.findall(r"^\| (\d{4}) \|", document("docs/api.md"), re.MULTILINE)
    assert explained == [str(int(code)) for code in CloseCode]
