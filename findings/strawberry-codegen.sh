#!/usr/bin/env bash
# strawberry codegen: a field whose type is an interface gets the class of the fragments that are written in the query
# and of nothing else, so of a query that names one of two errors every error is told to be that one. And a query that
# goes through a generic type whose argument is lazy ends in an AttributeError.
#
# Expected: a union of both members, or a class with what they share beside the named one; and code for both queries.
# Seen with strawberry-graphql 0.341.2: `error: Optional[SaveResultSaveErrorInvalid]`, with `fields` that must be there;
# "'LazyType' object has no attribute '__name__'".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check 'strawberry-graphql[cli]==0.341.2' 2>/dev/null
echo "strawberry-graphql $(venv/bin/python -c 'from importlib.metadata import version; print(version("strawberry-graphql"))')"

cat >shop.py <<'PYTHON'
from typing import Annotated, Generic, TypeVar

import strawberry

Item = TypeVar("Item")

@strawberry.interface
class Error:
    message: str

@strawberry.type
class Invalid(Error):
    fields: list[str]

@strawberry.type
class Missing(Error): ...

@strawberry.type
class Saved:
    error: Error | None

@strawberry.type
class Page(Generic[Item]):
    items: list[Item]

@strawberry.type
class Article:
    title: str

@strawberry.type
class Query:
    @strawberry.field
    def save(self) -> Saved:
        return Saved(error=Missing(message="There is no such thing."))

    @strawberry.field
    def plain(self) -> Page[Article]:
        return Page(items=[Article(title="a")])

    @strawberry.field
    def lazy(self) -> Page[Annotated["Article", strawberry.lazy("shop")]]:
        return Page(items=[Article(title="a")])

schema = strawberry.Schema(query=Query, types=[Invalid, Missing])
PYTHON
echo 'query Save { save { error { __typename message ... on Invalid { fields } } } }' >save.graphql
echo 'query Plain { plain { items { title } } }' >plain.graphql
echo 'query Lazily { lazy { items { title } } }' >lazily.graphql

venv/bin/python - <<'PYTHON'
import shop

for name in ("save", "plain", "lazily"):
    result = shop.schema.execute_sync(open(f"{name}.graphql").read())
    assert result.errors is None
    print("The schema answers:", result.data)
PYTHON
generate() { COLUMNS=200 venv/bin/strawberry codegen --schema shop --plugins python --output-dir . "$1" >said.txt 2>&1; }
generate save.graphql
echo "Generated for the first:"
cat save.py
echo
grep -q 'error: Optional\[SaveResultSaveErrorInvalid\]' save.py
if grep -q 'Union\|Missing' save.py; then exit 1; fi
generate plain.graphql
grep -q 'class PlainResultPlainItems' plain.py
if generate lazily.graphql; then exit 1; fi
echo "For the third:"
tail -n 1 said.txt
grep -q "'LazyType' object has no attribute '__name__'" said.txt
