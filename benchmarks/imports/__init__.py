"""How fast, and in how much memory, blogs move in."""
