#!/usr/bin/env bash
# graphql-core: a node of a parsed document is hashed and compared by everything below it, places in the text included.
# So two fields that say the same in two places differ, and each look-up of a node in a dictionary, such as those that its
# own validation context keeps, walks the whole subtree: of a set of operations with one fragment, each time all of it.
#
# Expected: nodes by identity, as in graphql-js, where they are keys of a Map; or, if by value, without their places.
# Seen with graphql-core 3.3.2: hash(fragment) makes a call for every node below it, twice as many for twice the
# fields, and as many again the second time; {a} and { a} differ.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check graphql-core==3.3.2 2>/dev/null

cat >try.py <<'PYTHON'
import sys
from importlib.metadata import version

from graphql import parse

print("graphql-core", version("graphql-core"))


def calls(node):
    """How many Python functions it takes to hash a node."""
    count = 0

    def counted(_frame, event, _argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    hash(node)
    sys.setprofile(None)
    return count


def fragment(fields):
    text = "fragment F on Query {" + " ".join(f"f{number}" for number in range(fields)) + "}"
    return parse(text).definitions[0]


hundred, two_hundred = fragment(100), fragment(200)
seen = calls(hundred), calls(hundred), calls(two_hundred)
print("calls for 100 fields, for the same once more, for 200:", seen)
same, elsewhere, blank_before = parse("{a}"), parse("{a}"), parse("{ a}")
print("{a} == {a}:", same == elsewhere, " {a} == { a}:", same == blank_before)
assert seen[0] > 100 and seen[2] > 1.9 * seen[0]
assert seen[1] == seen[0]
assert same == elsewhere and same != blank_before
PYTHON
venv/bin/python try.py
