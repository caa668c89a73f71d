#!/usr/bin/env bash
# graphql-codegen's client preset: what stands in persisted-documents.json, and is hashed, is not the document as it was
# written but one whose variables and fields are in alphabetical order; its keys begin with "sha256:".
#
# Expected: the document as written, but for white space, under its SHA-256. Seen with @graphql-codegen/client-preset
# 6.2.0: `{ zoo ant }` becomes `{ ant zoo }`, so a server that runs it by its hash answers in another order than one
# that is sent the text; the documents that the code prints keep the order that was written. Only `__meta__.hash` finds
# the one from the other.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --ignore-scripts --no-audit --no-fund \
  @graphql-codegen/cli@7.4.3 @graphql-codegen/client-preset@6.2.0 graphql@16.15.0 typescript@6.0.3 esbuild@0.28.2
echo 'type Query { zoo(size: Int, age: Int): Int ant: Int }' >schema.graphql
echo 'query Beasts($size: Int, $age: Int) { zoo(size: $size, age: $age) ant }' >beasts.graphql
cat >codegen.json <<'JSON'
{ "schema": "schema.graphql", "documents": "beasts.graphql", "silent": true, "generates": { "gql/": { "preset": "client", "presetConfig": { "persistedDocuments": true } } } }
JSON
node_modules/.bin/graphql-codegen --config codegen.json >/dev/null

cat >try.ts <<'TS'
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buildSchema, graphqlSync, print } from 'graphql';
import { BeastsDocument } from './gql/graphql';

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const version = JSON.parse(readFileSync('node_modules/@graphql-codegen/client-preset/package.json', 'utf8')).version;
const written = print(BeastsDocument);
const [[key, kept]] = Object.entries<string>(JSON.parse(readFileSync('gql/persisted-documents.json', 'utf8')));
const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const order = (source: string) => Object.keys(graphqlSync({ schema, source, rootValue: { zoo: 1, ant: 2 } }).data!);
console.log('@graphql-codegen/client-preset', version);
console.log('printed by the code:', written.replace(/\s+/g, ' '), '→', order(written));
console.log('in the manifest:    ', kept, '→', order(kept));
console.log('its key:', key);
assert.equal(key, sha256(kept));
assert.equal((BeastsDocument as any).__meta__.hash, key);
assert.equal(kept, 'query Beasts($age: Int, $size: Int) { ant zoo(size: $size, age: $age) }');
assert.deepEqual([order(written), order(kept)], [['zoo', 'ant'], ['ant', 'zoo']]);
TS
node_modules/.bin/esbuild try.ts --bundle --platform=node --format=esm --packages=external --log-level=error --outfile=try.mjs
node try.mjs
