"""What clients see: the Strawberry types, one module per noun; query, mutation, subscription.

This room says how the API is spelled and described. What happens is decided in `resolvers`.
"""

from schema import enums

__all__ = ["enums"]
