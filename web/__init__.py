"""Pages and scripts for browsers. They are files; the only Python here builds and finds them."""

from pathlib import Path

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
TEMPLATES = FOLDER / "templates"
OPERATIONS = FOLDER / "operations"
TRANSLATIONS = FOLDER / "translations"
BUILT = FOLDER / "build"
