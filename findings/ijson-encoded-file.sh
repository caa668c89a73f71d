#!/usr/bin/env bash
# ijson: the backend in C, which is taken by default, reads past a codecs.EncodedFile: it gets the bytes as they are in the
# file, where the backend in Python gets the converted ones. It asks for readinto() where there is one, and EncodedFile has
# one that it hands through to the file beneath.
#
# Expected: both backends read what read() of the object gives.
# Seen with ijson 3.6.0 and Python 3.11: UTF-16 and ISO 8859-1 are refused by yajl2_c and read by python; text that was
# encoded to UTF-8 twice is read by both, and repaired by python only, without a word. io.TextIOWrapper and
# codecs.getreader give text, for which ijson calls read() with either backend, and are read alike.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check ijson==3.6.0 2>/dev/null

cat >try.py <<'PYTHON'
import codecs
import io
import json
import platform
import warnings
from importlib.metadata import version

import ijson

warnings.simplefilter("ignore", DeprecationWarning)
TEXT = json.dumps({"name": "Zoë"}, ensure_ascii=False)


def name(backend, file):
    try:
        return next(ijson.get_backend(backend).items(file, "name"))
    except ijson.IncompleteJSONError:
        return "not JSON"


def encoded(data, to, encoding):
    return lambda: codecs.EncodedFile(io.BytesIO(data), to, encoding)


FILES = {
    "EncodedFile, UTF-16": (encoded(TEXT.encode("utf-16"), "utf-8", "utf-16"), "not JSON"),
    "EncodedFile, ISO 8859-1": (encoded(TEXT.encode("iso-8859-1"), "utf-8", "iso-8859-1"), "not JSON"),
    "EncodedFile, UTF-8 twice": (encoded(TEXT.encode().decode("iso-8859-1").encode(), "iso-8859-1", "utf-8"), "ZoÃ«"),
    "getreader, UTF-16": (lambda: codecs.getreader("utf-16")(io.BytesIO(TEXT.encode("utf-16"))), "Zoë"),
    "TextIOWrapper, UTF-16": (lambda: io.TextIOWrapper(io.BytesIO(TEXT.encode("utf-16")), "utf-16"), "Zoë"),
}

print("ijson", version("ijson"), "| Python", platform.python_version(), "| by default:", ijson.backend)
assert ijson.backend == "yajl2_c" and "readinto" not in dir(codecs.StreamRecoder)
for kind, (make, seen) in FILES.items():
    in_python, in_c = name("python", make()), name("yajl2_c", make())
    print(f"{kind}: python {in_python}, yajl2_c {in_c}")
    assert (in_python, in_c) == ("Zoë", seen)
PYTHON
venv/bin/python try.py
