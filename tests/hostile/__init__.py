"""Documents made to be dear: one shape for each way in which work could grow faster than the text.

Each shape takes how many tokens and how many characters it may have and comes close to both, so that one can be held
against its own half. They are for the blog's schema, and nothing here runs them.
"""

from tests.hostile import beside, characters, fragments, names, uses, values
from tests.hostile.shape import SHAPES, Hostile, hostile

__all__ = ["SHAPES", "Hostile", "beside", "characters", "fragments", "hostile", "names", "uses", "values"]
