"""Pages are tested on the same servers as the API."""

from tests.server.conftest import sqlite_site

__all__ = ["sqlite_site"]
