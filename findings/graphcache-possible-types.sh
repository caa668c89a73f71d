#!/usr/bin/env bash
# urql's Graphcache takes `possibleTypes` "for deterministic fragment matching". When it writes an answer it goes
# through the fragments on other types nevertheless, and warns of fields that the answer rightly does not have.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund @urql/exchange-graphcache@9.0.2 @urql/core@6.0.3 graphql@16.15.0

cat >run.mjs <<'EOF'
import { Client, gql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { map } from 'wonka';

const possibleTypes = { Animal: ['Cat', 'Dog'] };
const query = gql`{ animal { __typename ... on Cat { id lives } ... on Dog { id tricks } } }`;
const answer = { animal: { __typename: 'Cat', id: '1', lives: 9 } };
const warnings = [];
const client = new Client({
  url: 'http://unused.invalid/',
  exchanges: [
    cacheExchange({ possibleTypes, logger: (_, message) => warnings.push(message.split('\n')[0]) }),
    () => map((operation) => ({ operation, data: answer, stale: false, hasNext: false })),
  ],
});
const { data } = await client.query(query, {}).toPromise();
console.log(JSON.stringify({ data, warnings }));
EOF

seen=$(node run.mjs)
echo "@urql/exchange-graphcache $(node -p 'require("./node_modules/@urql/exchange-graphcache/package.json").version')"
echo 'expected: the cat, and no warning: a Cat is no Dog, as possibleTypes says'
echo "seen:     $seen"
grep -q '"data":{"animal":{"__typename":"Cat","id":"1","lives":9}}' <<<"$seen"
grep -q 'The field at `tricks` is `undefined`' <<<"$seen"
