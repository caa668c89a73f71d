"""The list of documents that may run, when only listed ones may."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import orjson

from server.settings import SettingsError

NAME = "CAUSERIE_TRUSTED_DOCUMENTS"


def trusted_documents(path: str) -> Mapping[str, str] | None:
    """The documents in a JSON file by their SHA-256; None when no file is named: any document may run.

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
    if wrong := [name for name, text in listed.items() if _digest(text) != name.lower()]:
        raise SettingsError([f"{NAME}: {wrong[0]!r} in {path!r} is not the SHA-256 of its document."])
    return {name.lower(): text for name, text in listed.items()}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
