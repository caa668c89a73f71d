#!/usr/bin/env bash
# Apollo Client keeps the last event of a subscription as a field of its root object and merges the next into it. When
# events are of different types it warns that data may be lost, and asks for a merge function.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --no-audit --no-fund @apollo/client@4.3.8 graphql@16.15.0 rxjs@7.8.2

cat >run.mjs <<'EOF'
import { ApolloClient, ApolloLink, InMemoryCache, gql } from '@apollo/client';
import { loadDevMessages, loadErrorMessages } from '@apollo/client/dev';
import { of, lastValueFrom, toArray } from 'rxjs';

loadDevMessages();
loadErrorMessages();
const warnings = [];
console.warn = (text, ...rest) => warnings.push([text, ...rest].map(String).join(' ').split('\n')[0]);
const events = [
  { data: { event: { __typename: 'Opened', door: 'front' } } },
  { data: { event: { __typename: 'Rang', times: 2 } } },
];
const client = new ApolloClient({
  link: new ApolloLink(() => of(...events)),
  cache: new InMemoryCache({ possibleTypes: { Event: ['Opened', 'Rang'] } }),
});
const query = gql`subscription { event { __typename ... on Opened { door } ... on Rang { times } } }`;
const told = await lastValueFrom(client.subscribe({ query }).pipe(toArray()));
console.log(JSON.stringify({ told: told.map(({ data }) => data.event), warnings }));
EOF

seen=$(node --conditions=development run.mjs)
echo "@apollo/client $(node -p 'require("./node_modules/@apollo/client/package.json").version')"
echo 'expected: both events, and no warning: an event is no new state of the one before'
echo "seen:     $seen"
grep -q '"told":\[{"__typename":"Opened","door":"front"},{"__typename":"Rang","times":2}\]' <<<"$seen"
grep -q 'Cache data may be lost when replacing' <<<"$seen"
