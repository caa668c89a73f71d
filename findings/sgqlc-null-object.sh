#!/usr/bin/env bash
# sgqlc: an object that the server answered with null is an empty object, not None; and of several files of operations
# that are given to sgqlc-codegen in one call, only those of the last one's class can be reached.
#
# Expected: `answer.user is None`, and Operations with the queries of both files.
# Seen with sgqlc 18: `answer.user` is `User()`, which is false but is not None, while a null String is None; a second
# `class Operations` in the same module hides the first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check sgqlc==18 graphql-core==3.2.14 2>/dev/null
echo "sgqlc $(venv/bin/python -c 'from importlib.metadata import version; print(version("sgqlc"))')"

cat >schema.py <<'PYTHON'
import json
from graphql import build_schema, introspection_from_schema

schema = build_schema("type User { name: String } type Query { user: User, motto: String }")
json.dump({"data": introspection_from_schema(schema)}, open("schema.json", "w"))
PYTHON
venv/bin/python schema.py
echo 'query One { user { name } motto }' >one.graphql
echo 'query Two { motto }' >two.graphql
venv/bin/sgqlc-codegen schema schema.json shop.py
venv/bin/sgqlc-codegen operation --schema schema.json shop operations.py one.graphql two.graphql
venv/bin/sgqlc-codegen operation --schema schema.json shop first.py one.graphql

cat >try.py <<'PYTHON'
from first import Operations
import operations

one = Operations.query.one
answer = one + {"data": {"user": None, "motto": None}}
print("user:", repr(answer.user), "| is None:", answer.user is None, "| true:", bool(answer.user))
print("motto:", repr(answer.motto), "| is None:", answer.motto is None)
reached = sorted(name for name in vars(operations.Operations.query) if not name.startswith("_"))
print("operations of one.graphql and two.graphql that can be reached:", reached)
written = open("operations.py").read().count("class Operations:")
print("classes named Operations in the module:", written)
assert answer.user is not None and not answer.user and answer.motto is None
assert reached == ["two"] and written == 2
PYTHON
venv/bin/python try.py
