#!/usr/bin/env bash
# graphql-zeus: the path of the schema and of the output are not read from the command line. `zeus schema.graphql out`,
# as its own help has it, asks for the path instead, and where nobody can answer it gives up.
#
# Expected: out/zeus/index.ts. Seen with graphql-zeus 7.2.1: a prompt, no file, exit code 130. With `urlOrPath` in
# graphql-zeus.json the schema is found, and the output goes to ./zeus whatever is said; both are taken behind `--`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --ignore-scripts --no-audit --no-fund graphql-zeus@7.2.1 graphql@16.15.0
echo "graphql-zeus $(node -p 'JSON.parse(require("fs").readFileSync("node_modules/graphql-zeus/package.json")).version')"
echo 'type Query { motto: String! }' >schema.graphql
zeus() { node_modules/.bin/zeus "$@" </dev/null >said.txt 2>&1; }
has() { [ -e "$1" ] && echo "yes" || echo "no"; }

zeus schema.graphql out && code=0 || code=$?
echo "zeus schema.graphql out: exit code $code, prompt for urlOrPath: $(grep -q urlOrPath said.txt && echo yes || echo no)"
echo "  out/zeus: $(has out/zeus), zeus: $(has zeus)"
test "$code" = 130
grep -q urlOrPath said.txt
test ! -e out
test ! -e zeus

zeus schema.graphql out -- schema.graphql out
echo "zeus schema.graphql out -- schema.graphql out:"
echo "  out/zeus: $(has out/zeus), zeus: $(has zeus)"
test -e out/zeus/index.ts
test ! -e zeus
rm -r out

echo '{ "urlOrPath": "schema.graphql" }' >graphql-zeus.json
zeus schema.graphql out
echo "the same as the first, with urlOrPath in graphql-zeus.json:"
echo "  out/zeus: $(has out/zeus), zeus: $(has zeus)"
test ! -e out
test -e zeus/index.ts
