// What the two SQLite peers of Node.js share: the schema, the statements that read the rows, the resolvers.
import Database from "better-sqlite3";

export const typeDefs = `
  scalar DateTime
  type Query {
    post(by: PostBy!): Post
    posts(first: Int!, after: String): PostConnection!
    comments(first: Int!, after: String): CommentConnection!
  }
  input PostBy @oneOf { id: ID, slug: String }
  type PostConnection { nodes: [Post!]! }
  type CommentConnection { nodes: [Comment!]! }
  type User { id: ID!, name: String!, username: String! }
  type Category { id: ID!, name: String!, slug: String! }
  type Post {
    id: ID!
    title: String!
    slug: String!
    excerpt: String!
    body: String!
    publishedAt: DateTime!
    commentCount: Int!
    author: User!
    category: Category!
    comments(first: Int!, flat: Boolean! = false): CommentConnection!
  }
  type Comment { id: ID!, body: String!, createdAt: DateTime!, author: User, post: Post! }
`;

const database = new Database(process.env.DATABASE, { readonly: true, fileMustExist: true });
database.pragma("mmap_size = 1073741824");

const POST = `'post_' || id AS id, id AS key, title, slug, excerpt, published_at AS publishedAt,
  comment_count AS commentCount, author_id AS authorId, category_id AS categoryId`;
const COMMENT = `'comment_' || c.id AS id, c.body, c.created_at AS createdAt, c.author_id AS authorId, c.post_id AS postId`;

// In `comments` the CASE depends on both tables, or SQLite would make a Bloom filter of all posts first.
const statements = {
  post: database.prepare(`SELECT ${POST} FROM posts WHERE id = ? AND status = 'PUBLISHED' AND published_at <= ?`),
  posts: database.prepare(`SELECT ${POST} FROM posts
    WHERE status = 'PUBLISHED' AND published_at <= ? AND (published_at, id) < (?, ?)
    ORDER BY published_at DESC, id DESC LIMIT ?`),
  comments: database.prepare(`SELECT ${COMMENT} FROM comments c CROSS JOIN posts p ON p.id = c.post_id
    WHERE c.status = 'APPROVED' AND CASE WHEN p.status = 'PUBLISHED' AND p.published_at <= ? THEN c.id END
      AND (c.created_at, c.id) < (?, ?)
    ORDER BY c.created_at DESC, c.id DESC LIMIT ?`),
  commentsOfPost: database.prepare(`SELECT ${COMMENT} FROM comments c WHERE c.post_id = ? AND +c.status = 'APPROVED'
    ORDER BY c.created_at DESC, c.id DESC LIMIT ?`),
  userById: database.prepare("SELECT 'user_' || id AS id, name, username FROM users WHERE id = ?"),
  categoryById: database.prepare("SELECT 'category_' || id AS id, name, slug FROM categories WHERE id = ?"),
  postById: database.prepare(`SELECT ${POST} FROM posts WHERE id = ?`),
  bodyOfPost: database.prepare("SELECT body FROM posts WHERE id = ?").pluck(),
};

const now = () => new Date().toISOString().replace("Z", "000Z");
const behind = (after) => {
  if (after == null) return ["9999-12-31T23:59:59.999999Z", 0];
  const [moment, id] = after.split(",");
  return [moment, Number(id)];
};

// SQLite is a function call away: a statement for each row is the fast way to read relations here. Mercurius's loaders were tried
// and made the front page a third slower.
export const resolvers = {
  Query: {
    post: (_, { by }) => statements.post.get(Number(by.id.slice(5)), now()),
    posts: (_, { first, after }) => ({ nodes: statements.posts.all(now(), ...behind(after), first) }),
    comments: (_, { first, after }) => ({ nodes: statements.comments.all(now(), ...behind(after), first) }),
  },
  Post: {
    body: (post) => statements.bodyOfPost.get(post.key),
    author: (post) => statements.userById.get(post.authorId),
    category: (post) => statements.categoryById.get(post.categoryId),
    comments: (post, { first }) => ({ nodes: statements.commentsOfPost.all(post.key, first) }),
  },
  Comment: {
    author: (comment) => (comment.authorId === null ? null : statements.userById.get(comment.authorId)),
    post: (comment) => statements.postById.get(comment.postId),
  },
};

const byIds = (statement) => (ids) => {
  const found = new Map(statement.all(JSON.stringify(ids)).map((row) => [row.key, row]));
  return ids.map((id) => found.get(id));
};
const EACH = "IN (SELECT value FROM json_each(?))";

export const usersByIds = byIds(database.prepare(`SELECT id AS key, 'user_' || id AS id, name, username FROM users WHERE id ${EACH}`));
export const categoriesByIds = byIds(
  database.prepare(`SELECT id AS key, 'category_' || id AS id, name, slug FROM categories WHERE id ${EACH}`));
export const postsByIds = byIds(database.prepare(`SELECT ${POST} FROM posts WHERE id ${EACH}`));

export const commentById = database.prepare(`SELECT ${COMMENT} FROM comments c WHERE c.id = ?`);
