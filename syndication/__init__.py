"""Feeds: Atom, RSS and JSON Feed of plain entries. It knows no row."""
