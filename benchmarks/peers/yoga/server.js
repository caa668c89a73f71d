// The blog in GraphQL Yoga with graphql-jit; relations through data loaders, which here are no slower than a statement a row.
import { createServer } from "node:http";

import { useGraphQlJit } from "@envelop/graphql-jit";
import DataLoader from "dataloader";
import { createSchema, createYoga } from "graphql-yoga";

import * as blog from "../blog.js";

const { Query, Post } = blog.resolvers;
const resolvers = {
  Query,
  Post: {
    ...Post,
    author: (post, _, { users }) => users.load(post.authorId),
    category: (post, _, { categories }) => categories.load(post.categoryId),
  },
  Comment: {
    author: (comment, _, { users }) => (comment.authorId === null ? null : users.load(comment.authorId)),
    post: (comment, _, { posts }) => posts.load(comment.postId),
  },
};

const loader = (byIds) => new DataLoader(async (ids) => byIds(ids));
const yoga = createYoga({
  schema: createSchema({ typeDefs: blog.typeDefs, resolvers }),
  context: () => ({
    users: loader(blog.usersByIds),
    categories: loader(blog.categoriesByIds),
    posts: loader(blog.postsByIds),
  }),
  plugins: [useGraphQlJit()],
  logging: false,
  graphiql: false,
  landingPage: false,
});
createServer(yoga).listen(Number(process.env.PORT), "127.0.0.1");
