#!/usr/bin/env bash
# strawberry schema-codegen: the SDL that Strawberry itself prints of a schema with a one-of input cannot be read back.
# The print begins with the definition of the directive, and the generator of Python code knows no directive definitions.
#
# Expected: Python code with `@strawberry.input(one_of=True)`. Seen with strawberry-graphql 0.341.2: NotImplementedError,
# "Unknown definition None"; without that line, which is part of the specification and needs no definition, there is code,
# and nothing in it says one-of.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check 'strawberry-graphql[cli]==0.341.2' 2>/dev/null
echo "strawberry-graphql $(venv/bin/python -c 'from importlib.metadata import version; print(version("strawberry-graphql"))')"

cat >shelf.py <<'PYTHON'
import strawberry

@strawberry.input(one_of=True)
class BookBy:
    id: strawberry.ID | None = strawberry.UNSET
    isbn: str | None = strawberry.UNSET

@strawberry.type
class Query:
    @strawberry.field
    def title(self, by: BookBy) -> str:
        return ""

schema = strawberry.Schema(Query)
PYTHON
venv/bin/strawberry export-schema shelf:schema >shelf.graphql
head -1 shelf.graphql
if venv/bin/strawberry schema-codegen shelf.graphql >code.py 2>error.txt; then
  echo "It can be read back now." && exit 1
fi
tail -1 error.txt
grep -q 'NotImplementedError: Unknown definition None' error.txt

grep -v '^directive' shelf.graphql >plain.graphql
venv/bin/strawberry schema-codegen plain.graphql >code.py
grep -A3 'class BookBy' code.py
if grep -q one_of code.py; then echo "It says one-of now." && exit 1; fi
