import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import { parse } from "graphql";

type Person = { id: string; name: string } | null;
type Status = "APPROVED" | "PENDING" | "REJECTED" | "SPAM";
export type Comment = {
  __typename: "Comment"; id: string; bodyHtml: string; createdAt: string; status: Status; deleted: boolean;
  author: Person; parent: { __typename?: "Comment"; id: string } | null;
  viewerCanReply: boolean; viewerCanDelete: boolean; viewerCanModerate: boolean;
};
export type Edge = { __typename?: "CommentEdge"; cursor: string; node: Comment };
type Page = { comments: { edges: Edge[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } };
type Post = Page & { id: string; title: string; commentCount: number; viewerCanComment: boolean; feedCursor: string };
export type Shown = { viewer: Person; post: Post | null };
export type FeedEvent = { cursor: string } & (
  | { __typename: "CommentAdded" | "CommentEdited"; comment: Comment & { post: { id: string } } }
  | { __typename: "CommentRemoved"; commentId: string; postId: string }
  | { __typename: "FeedReset" }
);
type Answer<Result = {}> = { __typename?: any; error: { message: string } | null } & Result;

const typed = <Data, Variables>(text: string): TypedDocumentNode<Data, Variables> => parse(text);

export const COMMENT = `fragment It on Comment { __typename id bodyHtml createdAt status deleted
  author { id name } parent { id } viewerCanReply viewerCanDelete viewerCanModerate }`;
const PAGE = `fragment Page on Post { comments(first: 50, after: $after, flat: true, orderBy: OLDEST) {
  edges { cursor node { ...It } } pageInfo { hasNextPage endCursor } } } ${COMMENT}`;

export const CONVERSATION = typed<Shown, { slug: string; after?: string }>(`
  query Conversation($slug: String!, $after: String) {
    viewer { id name }
    post(by: { slug: $slug }) { id title commentCount viewerCanComment feedCursor ...Page }
  } ${PAGE}`);

// Without feedCursor: the feed goes on from where the first page began.
export const MORE = typed<{ node: Page }, { post: string; after: string | null }>(`
  query More($post: ID!, $after: String) { node(id: $post) { ... on Post { id ...Page } } } ${PAGE}`);

export const FEED = typed<{ commentFeed: FeedEvent }, { post: string; after: string }>(`
  subscription Feed($post: ID!, $after: String) {
    commentFeed(post: $post, after: $after) {
      __typename cursor
      ... on CommentAdded { comment { ...It post { id commentCount } } }
      ... on CommentEdited { comment { ...It post { id commentCount } } }
      ... on CommentRemoved { commentId postId post { id commentCount } }
    }
  } ${COMMENT}`);

type Added = { addComment: Answer<{ commentEdge: Edge | null }> };
export const ADD = typed<Added, { input: { post: string; parent: string | null; body: string; key: string } }>(`
  mutation Add($input: AddCommentInput!) {
    addComment(input: $input) { commentEdge { cursor node { ...It } } error { message } }
  } ${COMMENT}`);

export const DELETE = typed<{ deleteComment: Answer }, { id: string }>(`
  mutation Delete($id: ID!) { deleteComment(id: $id) { comment { ...It } error { message } } } ${COMMENT}`);

export const DECIDE = typed<{ setCommentStatus: Answer }, { input: { id: string; status: Status } }>(`
  mutation Decide($input: SetCommentStatusInput!) {
    setCommentStatus(input: $input) { comment { id status } error { message } }
  }`);

export const possibleTypes = {
  Node: ["Category", "Comment", "Linkback", "Post", "Tag", "User"],
  FeedEvent: ["CommentAdded", "CommentEdited", "CommentRemoved", "FeedReset", "LinkbackAdded", "LinkbackEdited",
    "LinkbackRemoved"],
  Error: ["CommentsClosed", "EditConflict", "InvalidCredentials", "InvalidInput", "NotAllowed", "NotFound",
    "NotSignedIn", "TooManyRequests"],
};
