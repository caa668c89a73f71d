"""The blog in plain Strawberry and Tortoise."""
