"""SQLite as a backend of Tortoise's: `engine: "storage.sqlite"`. One connection writes, several read."""

from storage.sqlite.client import SqliteClient

client_class = SqliteClient

__all__ = ["SqliteClient", "client_class"]
