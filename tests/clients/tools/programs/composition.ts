// Apollo's composition of the schema, as it is, with another subgraph.
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { readFileSync } from 'node:fs';

const { errors, hints, supergraphSdl } = composeServices([
  { name: 'blog', typeDefs: parse(readFileSync('schema.graphql', 'utf8')), url: process.argv[2] },
  { name: 'shop', typeDefs: parse('type Query { shop: String! }'), url: 'http://127.0.0.1:1/graphql' },
]);
console.log(
  JSON.stringify({
    errors: errors?.map(({ message }) => message) ?? [],
    hints: hints?.map(({ message }) => message) ?? [],
    kept: ['interface FeedEvent', 'orderBy: PostOrder = NEWEST', '@specifiedBy', '@oneOf'].filter((text) =>
      supergraphSdl?.includes(text),
    ),
  }),
);
