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
    """The macros of one template, each a function of one value of the API; for one language."""

    def __init__(self, environment: Environment, template: str) -> None:
        self._environment = environment
        self._template = template
        self._kept: WeightedLRU[Markup] = WeightedLRU(CAPACITY_BYTES)
        self._module: Any = None

    def __call__(self, macro: str, value: Any) -> Markup:
        """What the macro writes of the value."""
        said = orjson.dumps(value)
        key = (macro, said)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._write(macro, value)
            if len(said) + len(kept) <= LONGEST_BYTES:
                self._kept.put(key, kept, len(said) + len(kept))
        return kept

    def _write(self, macro: str, value: Any) -> Markup:
        if self._module is None:
            self._module = self._environment.get_template(self._template).module
        written: Markup = getattr(self._module, macro)(value)
        return written
