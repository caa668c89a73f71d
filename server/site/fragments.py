"""Pieces of pages that are written once for as long as they say the same.

When somebody has commented, every page is asked for anew, and nearly all of it is as it was. Writing HTML takes longer
than reading what it is made of, so a piece is kept by all that it is made of: another value is another piece.
"""

from typing import Any

import orjson
from jinja2 import Environment
from markupsafe import Markup

from runtime.lru import WeightedLRU

CAPACITY_BYTES = 8 * 2**20
LONGEST_BYTES = 64 * 1024
"""Bytes of a value, and of what is written of it, that are worth keeping."""


class Fragments:
    """Macros that are functions of one value of the API and know nothing of the visit; for one language."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._kept: WeightedLRU[Markup] = WeightedLRU(CAPACITY_BYTES)
        self._macros: dict[tuple[str, str], Any] = {}

    def __call__(self, template: str, macro: str, value: Any) -> Markup:
        """What the macro of that template writes of the value."""
        said = orjson.dumps(value)
        key = (template, macro, said)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._write((template, macro), value)
            if len(said) + len(kept) <= LONGEST_BYTES:
                self._kept.put(key, kept, len(said) + len(kept))
        return kept

    def _write(self, named: tuple[str, str], value: Any) -> Markup:
        if named not in self._macros:
            template, macro = named
            self._macros[named] = getattr(self._environment.get_template(template).module, macro)
        written: Markup = self._macros[named](value)
        return written
