// Loads a schema from an address as graphql-codegen does. Prints which inputs are OneOf, and how many types there are.
import { UrlLoader } from '@graphql-tools/url-loader';
import { isInputObjectType } from 'graphql';

const [{ schema }] = await new UrlLoader().load(process.argv[2], {});
const types = Object.values(schema.getTypeMap());
const oneOf = types.filter((type) => isInputObjectType(type) && type.isOneOf).map(({ name }) => name);
console.log(JSON.stringify({ oneOf: oneOf.sort(), types: types.length }));
