"""Documents by their hash: automatic persisted queries, and the mode in which only listed documents run.

A client sends `extensions.persistedQuery = {version: 1, sha256Hash}` in place of the document. A hash that is not
known yet is answered PersistedQueryNotFound; the client then sends both, and from then on the hash is enough. This
is the protocol of Apollo's clients: https://www.apollographql.com/docs/apollo-server/performance/apq.

Others send a `documentId`, `sha256:` and the hash: GraphQL over HTTP, appendix A. They mean the same documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

from graphql import GraphQLError

from compiler.errors import RequestError
from runtime.lru import WeightedLRU

PREFIX = "sha256:"
MISMATCH = "PERSISTED_QUERY_MISMATCH"
UNKNOWN = "PersistedQueryNotFound"
"""The words that Apollo's clients look for."""
UNKNOWN_ID = (
    "No document has this documentId. Send the document as query beside it, and it will be known from then on"
)
CAPACITY_BYTES = 4 * 2**20
"""How many characters of registered documents are kept; the least recently used ones are forgotten first."""


class DocumentRequest(Protocol):
    """What of a request names its document."""

    @property
    def query(self) -> str | None:
        """The document."""

    @property
    def extensions(self) -> dict[str, Any] | None:
        """Where the hash is."""

    @property
    def document_id(self) -> str | None:
        """The hash as appendix A of GraphQL over HTTP has it."""


class PersistedDocuments:
    """Which text a request means.

    Args:
        trusted: the documents by their SHA-256 in lower-case hexadecimal, when only these may run; None for all.
    """

    def __init__(self, trusted: Mapping[str, str] | None = None) -> None:
        self._trusted = trusted
        self._texts = frozenset(trusted.values()) if trusted is not None else frozenset()
        self._registered: WeightedLRU[str] = WeightedLRU(CAPACITY_BYTES)

    def text(self, request: DocumentRequest) -> str:
        """The document of the request.

        Raises:
            RequestError: its hash is unknown or another document's, or the document is not a trusted one.
        """
        persisted = (request.extensions or {}).get("persistedQuery")
        if persisted is not None:
            digest = _hash_of(persisted)
            if request.document_id is not None and digest_of(request.document_id) != digest:
                raise _refused("The documentId is not that of extensions.persistedQuery", MISMATCH)
            return self._by_hash(digest, request.query, UNKNOWN)
        if request.document_id is not None:
            digest = digest_of(request.document_id)
            return self._by_hash(digest, request.query, UNKNOWN_ID)
        if request.query is None:
            raise _refused("The request has no query", "BAD_REQUEST")
        if self._trusted is not None and request.query not in self._texts:
            raise _refused("This server runs trusted documents only", "DOCUMENT_NOT_TRUSTED")
        return request.query

    def _by_hash(self, digest: str, query: str | None, unknown: str) -> str:
        if self._trusted is not None:
            if digest not in self._trusted:
                raise _refused("This server runs trusted documents only", "DOCUMENT_NOT_TRUSTED")
            return self._trusted[digest]
        known = self._registered.get(digest)
        if known is not None and query in (None, known):
            return known
        if query is None:
            raise _refused(unknown, "PERSISTED_QUERY_NOT_FOUND")
        if hashlib.sha256(query.encode(errors="replace")).hexdigest() != digest:
            raise _refused("The provided hash is not the document's SHA-256", MISMATCH)
        self._registered.put(digest, query, len(query) + len(digest))
        return query


def digest_of(identifier: str) -> str:
    """The SHA-256 that a document's identifier gives, with its prefix or without it, in lower case."""
    return identifier.removeprefix(PREFIX).lower()


def _hash_of(persisted: Any) -> str:
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(digest, str) or persisted.get("version") != 1:
        message = "extensions.persistedQuery must have version 1 and the document's sha256Hash"
        raise _refused(message, "BAD_REQUEST")
    return digest.lower()


def _refused(message: str, code: str) -> RequestError:
    return RequestError.of(GraphQLError(message), code=code)
