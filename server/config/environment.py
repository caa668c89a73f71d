"""The settings from the environment, and a sentence for each that is bad or none."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from server.config.settings import PREFIX, Settings
from server.config.values import Explained, expected_words


class SettingsError(Exception):
    """Some settings are bad; `problems` has a sentence for each: its variable and what it should be."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


def load_settings(**given: Any) -> Settings:
    """The settings from the environment; what is `given` (and not None) goes before it.

    Raises:
        SettingsError: some are bad.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(
            _problem(wrong["loc"][0], wrong["input"], wrong.get("ctx", {}).get("error"))
            for wrong in error.errors()
        ) from None


def unknown_settings(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that looks like a setting and is none."""
    known = {f"{PREFIX}{field}".upper() for field in Settings.model_fields}
    sentences = []
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            sentences.append(f"{name} is no setting." + (f" Did you mean {near[0]}?" if near else ""))
    return sentences


def _problem(field: int | str, value: object, reason: object) -> str:
    name = f"{PREFIX}{field}".upper()
    expected = expected_words(Settings.model_fields[str(field)])
    if field in ("database", "wakeup"):  # their text may have a password in it
        return f"{name} must be {expected}."
    sentence = f"{name} must be {expected}, not {str(value)[:100]!r}."
    return f"{sentence} {reason}" if isinstance(reason, Explained) else sentence
