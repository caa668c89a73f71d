"""Clients are tested on the same servers as the API."""

from tests.server.conftest import postgresql_site, site, sqlite_site

__all__ = ["postgresql_site", "site", "sqlite_site"]
