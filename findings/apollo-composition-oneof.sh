#!/usr/bin/env bash
# Apollo's composition forgets @oneOf: the supergraph has the input without it, and no hint says so. It refuses the
# schema when the directive is used without being defined, though GraphQL.js knows it without.
#
# Expected: the supergraph keeps @oneOf as it keeps @specifiedBy, or a hint says that it does not.
# Seen with @apollo/composition 2.14.4: the directive is gone, with neither errors nor hints, and in the API schema
# that it makes `{ shop(by: {}) }` is valid. Beside it @theguild/federation-composition 0.27.0 keeps the directive.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' >package.json
npm install --silent --ignore-scripts --no-audit --no-fund \
  @apollo/composition@2.14.4 @theguild/federation-composition@0.27.0 graphql@16.15.0

cat >try.mjs <<'JS'
import * as apollo from '@apollo/composition';
import * as guild from '@theguild/federation-composition';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';

const version = (name) => JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version;
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const SDL = `
  input ShopBy @oneOf { id: ID name: String }
  scalar Date @specifiedBy(url: "https://www.rfc-editor.org/rfc/rfc3339")
  type Query { shop(by: ShopBy!): String today: Date }
`;
const DEFINED = `directive @oneOf on INPUT_OBJECT ${SDL}`;
assert.equal(validate(buildSchema(SDL), parse('{ shop(by: {}) }')).length, 1); // GraphQL.js knows it undefined

const composed = (library, sdl) => {
  const { errors, hints, supergraphSdl } = library.composeServices([
    { name: 'shop', typeDefs: parse(`${LINK} ${sdl}`), url: 'http://127.0.0.1/graphql' },
  ]);
  return {
    errors: errors?.map(({ message }) => message) ?? [],
    hints: hints?.length ?? 0,
    oneOf: /input ShopBy[^{]*@oneOf/.test(supergraphSdl),
    specifiedBy: /scalar Date[^{]*@specifiedBy\(/.test(supergraphSdl),
  };
};
const { schema } = apollo.composeServices([{ name: 'shop', typeDefs: parse(DEFINED), url: 'http://127.0.0.1/graphql' }]);
const passed = validate(schema.toAPISchema().toGraphQLJSSchema(), parse('{ shop(by: {}) }')).length === 0;
const report = {
  'apollo, { shop(by: {}) } is valid': passed,
  apollo: composed(apollo, DEFINED),
  'apollo, undefined': composed(apollo, SDL).errors,
  guild: composed(guild, DEFINED),
};
console.log('@apollo/composition', version('@apollo/composition'));
console.log('@theguild/federation-composition', version('@theguild/federation-composition'));
console.log(report);
assert.deepEqual(report, {
  'apollo, { shop(by: {}) } is valid': true,
  apollo: { errors: [], hints: 0, oneOf: false, specifiedBy: true },
  'apollo, undefined': ['[shop] Unknown directive "@oneOf".'],
  guild: { errors: [], hints: 0, oneOf: true, specifiedBy: true },
});
JS
node try.mjs
