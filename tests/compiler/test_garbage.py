"""What large documents leave behind is given back at once: a long collection would keep everybody waiting."""

import gc
from collections.abc import Iterator

import pytest
from graphql import build_schema

import schema
from compiler.document_cache import DocumentCache
from compiler.limits import Limits


@pytest.fixture
def documents() -> DocumentCache:
    return DocumentCache(build_schema(schema.build().as_str()), Limits())


def texts(length: int) -> Iterator[str]:
    yield "{ posts { totalCount " + " ".join(f"f{number}: totalCount" for number in range(length)) + " } }"
    yield "{ posts { totalCount " + "totalCount " * length + " nodes { id } nodes { title } } }"
    yield "{ " + " ".join(f"nothing{number}" for number in range(length)) + " }"
    yield "{ posts { totalCount " + "# nothing\n" * length + " } }"
    yield "{ posts { totalCount " + "totalCount " * length


def left_by(documents: DocumentCache, text: str) -> int:
    """Objects that a collection alone gives back."""
    documents.refusal(text + " #")  # what is made once for all
    gc.collect()
    gc.disable()
    try:
        documents.refusal(text)
        return gc.collect()
    finally:
        gc.enable()


@pytest.mark.parametrize("shape", range(5))
def test_what_a_document_leaves_to_collections_does_not_grow_with_it(
    documents: DocumentCache, shape: int
) -> None:
    short, long = ([*texts(length)][shape] for length in (10, 300))
    assert left_by(documents, long) <= left_by(documents, short) + 300
