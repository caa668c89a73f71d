"""The list of documents that may run, when only listed ones may."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import orjson

import schema
from compiler.document_cache import DocumentCache
from compiler.persisted import digest_of
from compiler.registry import Registry
from server.config import policies
from server.config.environment import SettingsError
from server.config.settings import Settings

NAME = "CAUSERIE_TRUSTED_DOCUMENTS"


def trusted_documents(path: str) -> Mapping[str, str] | None:
    """The documents in a JSON file by their SHA-256; None when no file is named: any document may run.

    The keys may be prefixed with `sha256:`, as code generators write them.

    Raises:
        SettingsError: the file cannot be read, or is no such list.
    """
    if not path:
        return None
    try:
        listed = orjson.loads(Path(path).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise SettingsError([f"{NAME} names {path!r}, which cannot be read as JSON: {error}."]) from None
    if not isinstance(listed, dict) or not all(isinstance(text, str) for text in listed.values()):
        raise SettingsError(
            [f"{NAME} must name a JSON object of documents by their SHA-256, as {path!r} is not."]
        )
    if wrong := [name for name, text in listed.items() if _digest(text) != digest_of(name)]:
        raise SettingsError(
            f"{NAME}: {name!r} in {path!r} is not the SHA-256 of its document." for name in wrong
        )
    return {digest_of(name): text for name, text in listed.items()}


def refuse_unfit(settings: Settings) -> None:
    """Refuse a list with documents that could not run: otherwise their clients would be the first to know.

    Raises:
        SettingsError: one sentence for each of them, or the list itself is bad.
    """
    listed = trusted_documents(settings.trusted_documents)
    if listed is None:
        return
    graphql = Registry(schema.build()).graphql
    documents = DocumentCache(graphql, policies.limits(settings), introspection=settings.introspection)
    if refusals := {name: why for name, text in listed.items() if (why := documents.refusal(text))}:
        raise SettingsError(
            f"{NAME}: the document {name} cannot run: {' '.join(str(why).split())}"
            for name, why in refusals.items()
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
