// The blog in Mercurius, and live comments with its own pubsub: a mutation announces a comment, which is read once.
import Fastify from "fastify";
import mercurius from "mercurius";

import { commentById, resolvers, typeDefs } from "../blog.js";

const schema = `${typeDefs}
  type Mutation { announce(id: ID!): Boolean! }
  type Subscription { commentAdded(post: ID!): Comment! }
`;

const live = {
  Mutation: {
    announce: (_, { id }, { pubsub }) => {
      const comment = commentById.get(Number(id.slice(8)));
      pubsub.publish({ topic: `post_${comment.postId}`, payload: { commentAdded: comment } });
      return true;
    },
  },
  Subscription: { commentAdded: { subscribe: (_, { post }, { pubsub }) => pubsub.subscribe(post) } },
};

const app = Fastify();
app.register(mercurius, { schema, resolvers: { ...resolvers, ...live }, jit: 1, subscription: true });
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
