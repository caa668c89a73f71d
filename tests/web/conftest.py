"""Pages are tested on the same servers as the API, or with readers who look at them for long."""

from tests.server.conftest import sqlite_site
from tests.web.reading import blog, chromium

__all__ = ["blog", "chromium", "sqlite_site"]
