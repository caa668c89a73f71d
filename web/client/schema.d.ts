export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** RFC 3339, UTC, microseconds: 2026-11-23T12:39:05.000000Z */
  DateTime: { input: string; output: string; }
};

/** A new comment, or a reply to one. */
export type AddCommentInput = {
  /** Markdown without HTML, images, headings and tables; line breaks are kept. */
  body: Scalars['String']['input'];
  /** Who writes it, where that is somebody without an account and `site { guests }` is not OFF; not with a token. */
  guest?: InputMaybe<GuestInput>;
  /** A text of one's own choice, such as a UUID. The same input with the same key makes one comment however often it is sent, and is answered with that one; kept for a day. */
  key?: InputMaybe<Scalars['String']['input']>;
  /** The page of another site that is commented on, where the site takes comments of that one: its first comment makes it a post of kind EXTERNAL. */
  page?: InputMaybe<PageInput>;
  /** The comment of the same post that is replied to; top-level when left out. */
  parent?: InputMaybe<Scalars['ID']['input']>;
  /** The post that is commented on. Either this or `page` is needed. */
  post?: InputMaybe<Scalars['ID']['input']>;
};

/** A new comment. */
export type AddCommentPayload = {
  __typename?: 'AddCommentPayload';
  /** The comment. `status` says whether it waits for a moderator; null for a guest whose comment does. */
  comment: Maybe<Comment>;
  /** The same as an item of a list of comments by time, with its cursor there. */
  commentEdge: Maybe<CommentEdge>;
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed, NotFound, CommentsClosed or TooManyRequests; null when it was. */
  error: Maybe<Error>;
  /** What was decided about the comment that was written: PENDING waits for a moderator. */
  status: Maybe<CommentStatus>;
};

/** A month in which there are posts. */
export type ArchiveMonth = {
  __typename?: 'ArchiveMonth';
  /** When the next one does: `publishedBefore` of a filter. */
  before: Scalars['DateTime']['output'];
  /** When it begins in the site's time zone: `publishedFrom` of a filter. */
  from: Scalars['DateTime']['output'];
  /** From 1 for January to 12 for December. */
  month: Scalars['Int']['output'];
  /** How many of its posts fit the archive's filter; at least one does. */
  postCount: Scalars['Int']['output'];
  /** The month's posts that fit the archive's filter. */
  posts: PostConnection;
  /** Where the month's page is: the site's url and, say, /2024/03. */
  url: Scalars['String']['output'];
  /** Its year. */
  year: Scalars['Int']['output'];
};


/** A month in which there are posts. */
export type ArchiveMonthPostsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  offset: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<PostOrder>;
};

/** A year in which there are posts. */
export type ArchiveYear = {
  __typename?: 'ArchiveYear';
  /** Its months in which there are posts, the newest first. */
  months: Array<ArchiveMonth>;
  /** How many of its posts fit the archive's filter; at least one does. */
  postCount: Scalars['Int']['output'];
  /** Its number. */
  year: Scalars['Int']['output'];
};

/** How a body is written. */
export type BodyFormat =
  /** HTML, of which only what is harmless is shown. */
  | 'HTML'
  /** CommonMark with tables and strikethrough, without HTML. */
  | 'MARKDOWN';

/** A place in the menu where posts are filed. */
export type Category = Node & {
  __typename?: 'Category';
  /** Sub-categories in their menu order. */
  children: Array<Category>;
  /** What the category is about, in plain text; may be empty. */
  description: Scalars['String']['output'];
  /** The posts in it, as feeds in each format. */
  feeds: Array<FeedLink>;
  /** The global id, opaque to clients. */
  id: Scalars['ID']['output'];
  /** The name to show. */
  name: Scalars['String']['output'];
  /** The category above it; null at the top. */
  parent: Maybe<Category>;
  /** Published articles in this category itself. */
  postCount: Scalars['Int']['output'];
  /** Posts in this category itself, whether it is their main one or another. */
  posts: PostConnection;
  /** The name in addresses. */
  slug: Scalars['String']['output'];
};


/** A place in the menu where posts are filed. */
export type CategoryPostsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<PostFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  offset: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<PostOrder>;
};

/** How to find a category. */
export type CategoryBy =
  /** Its global id. */
  { id: Scalars['ID']['input']; slug?: never; }
  |  /** Its slug. */
  { id?: never; slug: Scalars['String']['input']; };

/** The present password and the one to replace it. */
export type ChangePasswordInput = {
  /** The password in force now. */
  currentPassword: Scalars['String']['input'];
  /** 8 to 256 characters; common passwords are refused. */
  newPassword: Scalars['String']['input'];
};

/** An account with another password. */
export type ChangePasswordPayload = {
  __typename?: 'ChangePasswordPayload';
  /** Why it was not done: InvalidInput, InvalidCredentials, NotSignedIn or TooManyRequests; null when it was. */
  error: Maybe<Error>;
  /** The account. */
  user: Maybe<User>;
};

/** A comment or a reply. One that was deleted but has replies stays, with an empty body and no author. */
export type Comment = Node & {
  __typename?: 'Comment';
  /** Null when the account or the comment was deleted. */
  author: Maybe<User>;
  /** The source, as its author wrote it; no page should show it as it is. */
  body: Scalars['String']['output'];
  /** How the source is written; an edit keeps it. */
  bodyFormat: BodyFormat;
  /** Rendered and sanitised when written. */
  bodyHtml: Scalars['String']['output'];
  /** When it was written. */
  createdAt: Scalars['DateTime']['output'];
  /** Whether it was deleted and stays as an empty place for its replies: it is not counted then. */
  deleted: Scalars['Boolean']['output'];
  /** When it was deleted; null if it was not. */
  deletedAt: Maybe<Scalars['DateTime']['output']>;
  /** 0 at the top of a thread, 1 for a reply, and so on. */
  depth: Scalars['Int']['output'];
  /** When it was last edited; null if never. */
  editedAt: Maybe<Scalars['DateTime']['output']>;
  /** The global id, opaque to clients. */
  id: Scalars['ID']['output'];
  /** Whether it has become visible to everybody since the viewer's last `markRead` of its post, and somebody else wrote it. False before the first one, and for those who are not signed in. */
  isNew: Scalars['Boolean']['output'];
  /** What it replies to; null at the top of a thread, or when that is not visible. */
  parent: Maybe<Comment>;
  /** What is commented on. */
  post: Post;
  /** Direct replies. */
  replies: CommentConnection;
  /** Direct replies that everybody sees. */
  replyCount: Scalars['Int']['output'];
  /** What it has been, the present state first, once it was edited. For its author and moderators; empty for others. */
  revisions: CommentRevisionConnection;
  /** What the moderators decided. */
  status: CommentStatus;
  /** Whether the viewer may delete it: `deleteComment`. */
  viewerCanDelete: Scalars['Boolean']['output'];
  /** Whether the viewer may edit it now: `editComment`. */
  viewerCanEdit: Scalars['Boolean']['output'];
  /** Whether the viewer may decide about it: `setCommentStatus`. */
  viewerCanModerate: Scalars['Boolean']['output'];
  /** Whether the viewer may reply to it: `addComment(parent:)`; one who is not signed in, as a guest. */
  viewerCanReply: Scalars['Boolean']['output'];
};


/** A comment or a reply. One that was deleted but has replies stays, with an empty body and no author. */
export type CommentRepliesArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<CommentOrder>;
};


/** A comment or a reply. One that was deleted but has replies stays, with an empty body and no author. */
export type CommentRevisionsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** A comment that was not visible before: written, approved, or its post published. */
export type CommentAdded = FeedEvent & {
  __typename?: 'CommentAdded';
  /** The comment as it is now. */
  comment: Comment;
  /** Pass the last one you saw to commentFeed(after:). */
  cursor: Scalars['String']['output'];
};

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type CommentConnection = {
  __typename?: 'CommentConnection';
  /** The items with their cursors. */
  edges: Array<CommentEdge>;
  /** The items. */
  nodes: Array<Comment>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type CommentEdge = {
  __typename?: 'CommentEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: Comment;
};

/** A comment that was visible before and still is, changed. */
export type CommentEdited = FeedEvent & {
  __typename?: 'CommentEdited';
  /** The comment as it is now. */
  comment: Comment;
  /** Pass the last one you saw to commentFeed(after:). */
  cursor: Scalars['String']['output'];
};

/** Which comments; what is left out does not matter. */
export type CommentFilter = {
  /** Written by this user. */
  author?: InputMaybe<Scalars['ID']['input']>;
  /** Under this post. */
  post?: InputMaybe<Scalars['ID']['input']>;
  /** Approved ones and those pending that the viewer may see, unless told. */
  status?: InputMaybe<CommentStatus>;
  /** This comment and all that hangs under it, at whatever depth. */
  under?: InputMaybe<Scalars['ID']['input']>;
};

/** In which order comments come. */
export type CommentOrder =
  /** The latest first. */
  | 'NEWEST'
  /** The earliest first. */
  | 'OLDEST';

/** Deleted, rejected, or hidden: take it off the page. */
export type CommentRemoved = FeedEvent & {
  __typename?: 'CommentRemoved';
  /** The comment that was there. */
  commentId: Scalars['ID']['output'];
  /** Pass the last one you saw to commentFeed(after:). */
  cursor: Scalars['String']['output'];
  /** The comment that it replied to; null at the top. */
  parentId: Maybe<Scalars['ID']['output']>;
  /** The post as it is now, its `commentCount` included; null when it is no longer visible. */
  post: Maybe<Post>;
  /** The post that it was under. */
  postId: Scalars['ID']['output'];
};

/** A state that a comment has had; of one that was edited, the newest is the present one. */
export type CommentRevision = {
  __typename?: 'CommentRevision';
  /** Who wrote this state; null when the account was deleted. */
  author: Maybe<User>;
  /** The source then. */
  body: Scalars['String']['output'];
  /** How the source was written. */
  bodyFormat: BodyFormat;
  /** When this state was written. */
  createdAt: Scalars['DateTime']['output'];
  /** Counted from 1, the oldest. */
  number: Scalars['Int']['output'];
};

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type CommentRevisionConnection = {
  __typename?: 'CommentRevisionConnection';
  /** The items with their cursors. */
  edges: Array<CommentRevisionEdge>;
  /** The items. */
  nodes: Array<CommentRevision>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type CommentRevisionEdge = {
  __typename?: 'CommentRevisionEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: CommentRevision;
};

/** What the moderators decided about a comment. A reply to one that is not approved is not shown, whatever was decided about it. */
export type CommentStatus =
  /** Everybody sees it. */
  | 'APPROVED'
  /** Waits for a moderator; its author and the moderators see it. */
  | 'PENDING'
  /** Only moderators see it. */
  | 'REJECTED'
  /** Only moderators see it. */
  | 'SPAM';

/** The post takes no more comments. */
export type CommentsClosed = Error & {
  __typename?: 'CommentsClosed';
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
};

/** A new category. */
export type CreateCategoryInput = {
  /** What the category is about, in plain text. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** A text of one's own choice, such as a UUID. The same input with the same key makes one category however often it is sent, and is answered with that one; kept for a day. */
  key?: InputMaybe<Scalars['String']['input']>;
  /** What the menu shows, of 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** The category above it; top-level when left out. */
  parent?: InputMaybe<Scalars['ID']['input']>;
  /** Its place among its siblings, smallest first; the last when left out. */
  position?: InputMaybe<Scalars['Int']['input']>;
  /** Its part of addresses, such as human-resources; made from the name when left out. */
  slug?: InputMaybe<Scalars['String']['input']>;
};

/** A new category. */
export type CreateCategoryPayload = {
  __typename?: 'CreateCategoryPayload';
  /** The category. */
  category: Maybe<Category>;
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
};

/** A new post. */
export type CreatePostInput = {
  /** Markdown (CommonMark, tables, strikethrough) without HTML. */
  body: Scalars['String']['input'];
  /** How the body is written. HTML keeps only what is harmless. */
  bodyFormat?: InputMaybe<BodyFormat>;
  /** All categories, the main one first, or besides `category`. */
  categories?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Where it is filed; its main category where there are several. Needed without these. */
  category?: InputMaybe<Scalars['ID']['input']>;
  /** Whether it takes comments. */
  commentsOpen?: InputMaybe<Scalars['Boolean']['input']>;
  /** A summary in plain text, up to 500 characters; the beginning of the body when left out. */
  excerpt?: InputMaybe<Scalars['String']['input']>;
  /** A picture that one has uploaded oneself, of administrators any; null for none. */
  image?: InputMaybe<Scalars['ID']['input']>;
  /** A text of one's own choice, such as a UUID. The same input with the same key makes one post however often it is sent, and is answered with that one; kept for a day. */
  key?: InputMaybe<Scalars['String']['input']>;
  /** An article in the lists, or a page beside them, such as an imprint. */
  kind?: InputMaybe<PostKind>;
  /** A BCP 47 tag such as fr or en-GB; the site's language when left out. */
  language?: InputMaybe<Scalars['String']['input']>;
  /** Whether it takes linkbacks, if the site takes any. */
  linkbacksOpen?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether it should stand before others. */
  pinned?: InputMaybe<Scalars['Boolean']['input']>;
  /** Now or earlier publishes the post, later schedules it; a draft when left out. */
  publishedAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Its part of addresses; made from the title when left out. */
  slug?: InputMaybe<Scalars['String']['input']>;
  /** Names of tags, of 1 to 100 characters; those that there are not yet are made. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Of 1 to 200 characters. The post's slug is made from it. */
  title: Scalars['String']['input'];
};

/** A new post. */
export type CreatePostPayload = {
  __typename?: 'CreatePostPayload';
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
  /** The post. */
  post: Maybe<Post>;
};

/** A category that is gone. */
export type DeleteCategoryPayload = {
  __typename?: 'DeleteCategoryPayload';
  /** The id that it had. */
  deletedId: Maybe<Scalars['ID']['output']>;
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
};

/** A comment that is gone, or the empty place that it left for its replies. */
export type DeleteCommentPayload = {
  __typename?: 'DeleteCommentPayload';
  /** The empty place that holds the replies: no text, no author, `deleted`. Null when nothing stays, or when nobody sees the replies. */
  comment: Maybe<Comment>;
  /** The id that it had: take it off the page. Null when an empty place stays. */
  deletedId: Maybe<Scalars['ID']['output']>;
  /** Why it was not done: NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
};

/** A linkback that a moderator has taken away. */
export type DeleteLinkbackPayload = {
  __typename?: 'DeleteLinkbackPayload';
  /** The id that it had: take it off the page. */
  deletedId: Maybe<Scalars['ID']['output']>;
  /** Why it was not done: NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
};

/** A post that is gone, and its comments with it. */
export type DeletePostPayload = {
  __typename?: 'DeletePostPayload';
  /** The id that it had. */
  deletedId: Maybe<Scalars['ID']['output']>;
  /** Why it was not done: NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
};

/** What has become of something that is sent. */
export type DeliveryStatus =
  /** It could not be sent, and will be tried again. */
  | 'FAILED'
  /** It will not be tried again. */
  | 'GIVEN_UP'
  /** The other side has acknowledged it. */
  | 'SENT'
  /** It will be tried soon. */
  | 'WAITING';

/** Another text for a comment. */
export type EditCommentInput = {
  /** Markdown without HTML, images, headings and tables; line breaks are kept; HTML for one in HTML. */
  body: Scalars['String']['input'];
  /** The comment to edit. */
  id: Scalars['ID']['input'];
};

/** An edited comment. */
export type EditCommentPayload = {
  __typename?: 'EditCommentPayload';
  /** The comment as it is now. */
  comment: Maybe<Comment>;
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed, NotFound or TooManyRequests; null when it was. */
  error: Maybe<Error>;
};

/** It was changed meanwhile: look at it again before you change it. */
export type EditConflict = Error & {
  __typename?: 'EditConflict';
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
  /** When it was last changed. */
  updatedAt: Scalars['DateTime']['output'];
};

/** A session that has ended. */
export type EndSessionPayload = {
  __typename?: 'EndSessionPayload';
  /** The id that it had. */
  endedId: Maybe<Scalars['ID']['output']>;
  /** Why it was not done: NotSignedIn or NotFound; null when it was. */
  error: Maybe<Error>;
};

/** Why a mutation has not done what was asked for. */
export type Error = {
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
};

/** Something that happened to a comment or a linkback, or to the feed itself: FeedReset. */
export type FeedEvent = {
  /** Pass the last one you saw to commentFeed(after:). */
  cursor: Scalars['String']['output'];
};

/** How a feed is written. */
export type FeedFormat =
  /** Atom 1.0, with threads. */
  | 'ATOM'
  /** JSON Feed 1.1. */
  | 'JSON'
  /** RSS 2.0. */
  | 'RSS';

/** A feed for feed readers: what `<link rel="alternate">` names on a page of the site. */
export type FeedLink = {
  __typename?: 'FeedLink';
  /** Whether it is of comments; otherwise it is of posts. */
  comments: Scalars['Boolean']['output'];
  /** How it is written. */
  format: FeedFormat;
  /** What is in it. */
  title: Scalars['String']['output'];
  /** Where it is. */
  url: Scalars['String']['output'];
};

/** The cursor is older than the log, or from a restored database: fetch the list again and go on from this cursor. */
export type FeedReset = FeedEvent & {
  __typename?: 'FeedReset';
  /** Pass the last one you saw to commentFeed(after:). */
  cursor: Scalars['String']['output'];
};

/** What is wrong with one field of the input. */
export type FieldError = {
  __typename?: 'FieldError';
  /** The field of the input, such as title. */
  field: Scalars['String']['output'];
  /** What is wrong with it, in a sentence. */
  message: Scalars['String']['output'];
};

/** Somebody who comments without an account. Nothing of it is confirmed. */
export type GuestInput = {
  /** Nobody but administrators sees it. It makes nobody an account. */
  email?: InputMaybe<Scalars['String']['input']>;
  /** The name to show, of 1 to 100 characters. */
  name: Scalars['String']['input'];
  /** An http or https address, shown with the name; null or empty for none. */
  website?: InputMaybe<Scalars['String']['input']>;
};

/** Whether people without an account comment. */
export type GuestPolicy =
  /** They do, and each of their comments waits for a moderator. */
  | 'HELD'
  /** They do not. */
  | 'OFF'
  /** They do, as everybody. */
  | 'OPEN';

/** A picture that was uploaded: upright, without any metadata, and never changed. */
export type Image = {
  __typename?: 'Image';
  /** What it shows, for those who cannot see it; empty when nobody has said. */
  alt: Scalars['String']['output'];
  /** In pixels; 2560 at most. */
  height: Scalars['Int']['output'];
  /** The global id, which POST /uploads answers with. */
  id: Scalars['ID']['output'];
  /** The smallest of its stored sizes (320, 640, 960, 1280 or 1920 wide) that is at least so wide; itself when none is. */
  sized: Scalars['String']['output'];
  /** Where it is. */
  url: Scalars['String']['output'];
  /** In pixels; 2560 at most. */
  width: Scalars['Int']['output'];
};


/** A picture that was uploaded: upright, without any metadata, and never changed. */
export type ImageSizedArgs = {
  width: Scalars['Int']['input'];
};

/** Records of an import that were left out, or that came over changed, for the same reason. */
export type ImportReason = {
  __typename?: 'ImportReason';
  /** How many they are. */
  count: Scalars['Int']['output'];
  /** Of the first few, what they are called in the file. */
  examples: Array<Scalars['String']['output']>;
  /** Why, in English. */
  reason: Scalars['String']['output'];
};

/** What an import of another blog reported. */
export type ImportReport = {
  __typename?: 'ImportReport';
  /** Why it ended before its end; null if it did not. */
  error: Maybe<Scalars['String']['output']>;
  /** When it ended; null while it runs, or if it was killed. */
  finishedAt: Maybe<Scalars['DateTime']['output']>;
  /** What became of the records, by kind. */
  kinds: Array<ImportedKind>;
  /** What the blog is known by, when it is imported again. */
  source: Scalars['String']['output'];
  /** When it began. */
  startedAt: Scalars['DateTime']['output'];
};

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type ImportReportConnection = {
  __typename?: 'ImportReportConnection';
  /** The items with their cursors. */
  edges: Array<ImportReportEdge>;
  /** The items. */
  nodes: Array<ImportReport>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type ImportReportEdge = {
  __typename?: 'ImportReportEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: ImportReport;
};

/** What became of all records of one kind; each was written, updated, unchanged or left out. */
export type ImportedKind = {
  __typename?: 'ImportedKind';
  /** author, category, tag, image, post, comment, linkback, or what else the file has. */
  kind: Scalars['String']['output'];
  /** How many do not come over. */
  leftOut: Scalars['Int']['output'];
  /** How many the file has. */
  read: Scalars['Int']['output'];
  /** Why some came over otherwise than they are in the file; the first 50 reasons. */
  reasonsForChanging: Array<ImportReason>;
  /** Why; the first 50 reasons. */
  reasonsForLeavingOut: Array<ImportReason>;
  /** How many were here already. */
  unchanged: Scalars['Int']['output'];
  /** How many were here and have changed in the file. */
  updated: Scalars['Int']['output'];
  /** How many are new here. */
  written: Scalars['Int']['output'];
};

/** The e-mail address or the password is wrong; which of them is not told. */
export type InvalidCredentials = Error & {
  __typename?: 'InvalidCredentials';
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
};

/** The input cannot be accepted; every field that is wrong is named. */
export type InvalidInput = Error & {
  __typename?: 'InvalidInput';
  /** All that is wrong, in the order of the input. */
  fields: Array<FieldError>;
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
};

/** A page elsewhere that says it links to a post. All its texts are plain. */
export type Linkback = Node & {
  __typename?: 'Linkback';
  /** Who wrote it, if that is known. */
  authorName: Maybe<Scalars['String']['output']>;
  /** Some of what it says; may be empty. */
  excerpt: Scalars['String']['output'];
  /** The global id, opaque to clients. */
  id: Scalars['ID']['output'];
  /** By which protocol it was said. */
  kind: LinkbackKind;
  /** What it links to. */
  post: Post;
  /** When it was said. */
  receivedAt: Scalars['DateTime']['output'];
  /** What its site is called; may be empty. */
  siteName: Scalars['String']['output'];
  /** Where the page is. */
  sourceUrl: Scalars['String']['output'];
  /** What has become of it. */
  status: LinkbackStatus;
  /** What the page is called; may be empty. */
  title: Scalars['String']['output'];
  /** When the link was last seen there; null if nobody has looked. */
  verifiedAt: Maybe<Scalars['DateTime']['output']>;
  /** Whether the viewer may decide about it: `setLinkbackStatus`. */
  viewerCanModerate: Scalars['Boolean']['output'];
};

/** A page elsewhere that links to a post, and that was not visible before. Moderators see one that waits. */
export type LinkbackAdded = FeedEvent & {
  __typename?: 'LinkbackAdded';
  /** Pass the last one you saw to commentFeed(after:). */
  cursor: Scalars['String']['output'];
  /** The linkback as it is now. */
  linkback: Linkback;
};

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type LinkbackConnection = {
  __typename?: 'LinkbackConnection';
  /** The items with their cursors. */
  edges: Array<LinkbackEdge>;
  /** The items. */
  nodes: Array<Linkback>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type LinkbackEdge = {
  __typename?: 'LinkbackEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: Linkback;
};

/** Of a linkback that was visible before and still is, another status. Only moderators are told: one that waited was approved, or waits again. */
export type LinkbackEdited = FeedEvent & {
  __typename?: 'LinkbackEdited';
  /** Pass the last one you saw to commentFeed(after:). */
  cursor: Scalars['String']['output'];
  /** The linkback as it is now. */
  linkback: Linkback;
};

/** Which linkbacks; what is left out does not matter. */
export type LinkbackFilter = {
  /** By this protocol. */
  kind?: InputMaybe<LinkbackKind>;
  /** That link to this post. */
  post?: InputMaybe<Scalars['ID']['input']>;
  /** Approved ones, and for moderators those that wait, unless told. */
  status?: InputMaybe<LinkbackStatus>;
};

/** By which protocol a page said that it links to a post. */
export type LinkbackKind =
  /** A pingback. */
  | 'PINGBACK'
  /** A trackback. */
  | 'TRACKBACK'
  /** A webmention. */
  | 'WEBMENTION';

/** Deleted, rejected, or hidden: take it off the page. */
export type LinkbackRemoved = FeedEvent & {
  __typename?: 'LinkbackRemoved';
  /** Pass the last one you saw to commentFeed(after:). */
  cursor: Scalars['String']['output'];
  /** The linkback that was there. */
  linkbackId: Scalars['ID']['output'];
  /** The post that it led to. */
  postId: Scalars['ID']['output'];
};

/** What has become of a linkback. */
export type LinkbackStatus =
  /** Everybody sees it. */
  | 'APPROVED'
  /** Waits for a moderator; the moderators see it. */
  | 'PENDING'
  /** Only moderators see it. */
  | 'REJECTED'
  /** Only moderators see it. */
  | 'SPAM'
  /** Nobody has looked yet whether there is such a link; nobody sees it. */
  | 'VERIFYING';

/** How far somebody has read a post's comments. */
export type MarkReadInput = {
  /** A cursor of the feed: `Post.feedCursor` of the answer that was shown, or the `cursor` of the last event that was. What has become public up to there has been seen. */
  cursor: Scalars['String']['input'];
  /** The post. */
  post: Scalars['ID']['input'];
};

/** A post whose comments have been read. */
export type MarkReadPayload = {
  __typename?: 'MarkReadPayload';
  /** Why it was not done: InvalidInput, NotSignedIn or NotFound; null when it was. */
  error: Maybe<Error>;
  /** The post, with what is new in it now. */
  post: Maybe<Post>;
};

/** When comments are decided about. */
export type Moderation =
  /** They are public at once, and moderators take away what should not be there. */
  | 'AFTER'
  /** They wait for a moderator. */
  | 'BEFORE';

/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type Mutation = {
  __typename?: 'Mutation';
  /** Comment on a post, or reply to a comment: with an account, or as a guest. */
  addComment: AddCommentPayload;
  /** Give the account another password. Every other session ends, this one goes on. */
  changePassword: ChangePasswordPayload;
  /** Make a category. For administrators. */
  createCategory: CreateCategoryPayload;
  /** Write a post: a draft unless `publishedAt` is given. For authors. */
  createPost: CreatePostPayload;
  /** Delete a category that has neither posts nor sub-categories. For administrators. */
  deleteCategory: DeleteCategoryPayload;
  /** Delete one's own comment; moderators delete all. One with replies leaves an empty place. */
  deleteComment: DeleteCommentPayload;
  /** Take a linkback away for good: sent again, it stays away. For moderators. */
  deleteLinkback: DeleteLinkbackPayload;
  /** Delete one's own post with its comments; administrators delete all. */
  deletePost: DeletePostPayload;
  /** Edit one's own comment for 15 minutes, or as the site has set; administrators edit all. */
  editComment: EditCommentPayload;
  /** End one of the account's own sessions and its open sockets: a device that was lost, say. */
  endSession: EndSessionPayload;
  /** Note how far one has read a post's comments, for `Comment.isNew` and its like. It never goes back, and costs next to nothing where nothing new has been read. */
  markRead: MarkReadPayload;
  /** Show what a text would look like, and keep it nowhere: a post to authors, a comment to all who comment. */
  preview: PreviewPayload;
  /** Publish one's own draft or scheduled post now; administrators publish all. */
  publishPost: PublishPostPayload;
  /** Approve a comment, reject it, call it spam, or let it wait again. For moderators. */
  setCommentStatus: SetCommentStatusPayload;
  /** Approve a linkback, reject it, call it spam, or let it wait again. For moderators. */
  setLinkbackStatus: SetLinkbackStatusPayload;
  /** Give somebody else's account a role. Its sessions go on with the new one; its open sockets and event streams are closed, and come back with it. For administrators. */
  setRole: SetRolePayload;
  /** Start a session. */
  signIn: SignInPayload;
  /** End the session of this request; its open sockets are closed. False when there is none. */
  signOut: Scalars['Boolean']['output'];
  /** End every session of the account and its open sockets. False when not signed in. */
  signOutEverywhere: Scalars['Boolean']['output'];
  /** Make an account, whose role is READER, and sign in. */
  signUp: SignUpPayload;
  /** Change or move a category. For administrators. */
  updateCategory: UpdateCategoryPayload;
  /** Change one's own post; administrators change all. */
  updatePost: UpdatePostPayload;
  /** Change what the account tells about its owner. */
  updateProfile: UpdateProfilePayload;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationAddCommentArgs = {
  input: AddCommentInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationCreateCategoryArgs = {
  input: CreateCategoryInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationCreatePostArgs = {
  input: CreatePostInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationDeleteCategoryArgs = {
  id: Scalars['ID']['input'];
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationDeleteCommentArgs = {
  id: Scalars['ID']['input'];
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationDeleteLinkbackArgs = {
  id: Scalars['ID']['input'];
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationDeletePostArgs = {
  id: Scalars['ID']['input'];
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationEditCommentArgs = {
  input: EditCommentInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationEndSessionArgs = {
  id: Scalars['ID']['input'];
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationMarkReadArgs = {
  input: MarkReadInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationPreviewArgs = {
  input: PreviewInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationPublishPostArgs = {
  id: Scalars['ID']['input'];
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationSetCommentStatusArgs = {
  input: SetCommentStatusInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationSetLinkbackStatusArgs = {
  input: SetLinkbackStatusInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationSetRoleArgs = {
  input: SetRoleInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationSignInArgs = {
  input: SignInInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationSignUpArgs = {
  input: SignUpInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationUpdateCategoryArgs = {
  input: UpdateCategoryInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationUpdatePostArgs = {
  input: UpdatePostInput;
};


/** What can be done. Each answers with its result and with `error { message }`, which says why not. */
export type MutationUpdateProfileArgs = {
  input: UpdateProfileInput;
};

/** Anything that has a global id. Ids are opaque strings such as post_42, comment_1017, user_3, category_5. */
export type Node = {
  /** The global id, opaque to clients. */
  id: Scalars['ID']['output'];
};

/** The account sees this, but may not do that to it. */
export type NotAllowed = Error & {
  __typename?: 'NotAllowed';
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
};

/** There is no such thing, or none that the account may see. */
export type NotFound = Error & {
  __typename?: 'NotFound';
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
};

/** This needs an account: sign in first. */
export type NotSignedIn = Error & {
  __typename?: 'NotSignedIn';
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
};

/** A page that a post links to, or did, and that is told so. */
export type OutgoingLinkback = {
  __typename?: 'OutgoingLinkback';
  /** How often it had been tried when the status was noted. */
  attempts: Scalars['Int']['output'];
  /** Why the page could not be told, or will not be; null where it was. */
  error: Maybe<Scalars['String']['output']>;
  /** By which protocol it was told; null before it was. */
  kind: Maybe<LinkbackKind>;
  /** When it was tried then; null before. */
  lastTriedAt: Maybe<Scalars['DateTime']['output']>;
  /** Whether the post links to it; where it does no more, the page is told that by webmention. */
  linked: Scalars['Boolean']['output'];
  /** The post that links to it. */
  post: Post;
  /** What has become of it. */
  status: DeliveryStatus;
  /** Where the page is. */
  targetUrl: Scalars['String']['output'];
};

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type OutgoingLinkbackConnection = {
  __typename?: 'OutgoingLinkbackConnection';
  /** The items with their cursors. */
  edges: Array<OutgoingLinkbackEdge>;
  /** The items. */
  nodes: Array<OutgoingLinkback>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type OutgoingLinkbackEdge = {
  __typename?: 'OutgoingLinkbackEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: OutgoingLinkback;
};

/** Which of what was sent; what is left out does not matter. */
export type OutgoingLinkbackFilter = {
  /** What has become of it. */
  status?: InputMaybe<DeliveryStatus>;
};

/** Where a page stands in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last item; null when the page is empty. */
  endCursor: Maybe<Scalars['String']['output']>;
  /** Whether there is more after this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is more before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first item; null when the page is empty. */
  startCursor: Maybe<Scalars['String']['output']>;
};

/** A page of another site, whose conversation is here. */
export type PageInput = {
  /** What it is called, of up to 200 characters; its address when left out. */
  title?: InputMaybe<Scalars['String']['input']>;
  /** Its address. The fragment, and parameters such as utm_source, tell pages not apart. */
  url: Scalars['String']['input'];
};

/** A post: an article, a page, or a page of another site that is talked about here. */
export type Post = Node & {
  __typename?: 'Post';
  /** Who wrote it. */
  author: User;
  /** The source, as its author wrote it; no page should show it as it is. */
  body: Scalars['String']['output'];
  /** How the source is written. */
  bodyFormat: BodyFormat;
  /** Rendered and sanitised when written. */
  bodyHtml: Scalars['String']['output'];
  /** All its categories, the main one first. */
  categories: Array<Category>;
  /** Where it is filed; the main one of several categories. */
  category: Category;
  /** Comments that everybody sees, replies included. */
  commentCount: Scalars['Int']['output'];
  /** Top-level comments; with flat: true, replies too. */
  comments: CommentConnection;
  /** Whether it takes comments. */
  commentsOpen: Scalars['Boolean']['output'];
  /** A summary in plain text. */
  excerpt: Scalars['String']['output'];
  /** Where the live feed stands now: pass it to commentFeed(after:) and nothing between this query and the subscription is missed. */
  feedCursor: Scalars['String']['output'];
  /** Its comments, as feeds in each format; none of a draft. */
  feeds: Array<FeedLink>;
  /** The first of them to become visible, with which to go on reading; null when none is new. */
  firstNewComment: Maybe<Comment>;
  /** The global id, opaque to clients. */
  id: Scalars['ID']['output'];
  /** The picture above it, or beside it in lists; null for none. */
  image: Maybe<Image>;
  /** What it is; only articles are in lists unless these are asked for others. */
  kind: PostKind;
  /** A BCP 47 tag such as fr or en-GB. */
  language: Scalars['String']['output'];
  /** Linkbacks that everybody sees. */
  linkbackCount: Scalars['Int']['output'];
  /** Pages elsewhere that link to it, the newest first. */
  linkbacks: LinkbackConnection;
  /** Whether it takes linkbacks, if the site takes any. */
  linkbacksOpen: Scalars['Boolean']['output'];
  /** How many comments are new to the viewer, as `Comment.isNew` says; 0 before the first `markRead`. */
  newCommentCount: Scalars['Int']['output'];
  /** The public post of its kind that was published after it; null for the last one and for drafts. */
  next: Maybe<Post>;
  /** The pages that it links to, and what they were told, in the order of the links. For its author and administrators; empty for others. */
  outgoingLinkbacks: Array<OutgoingLinkback>;
  /** Whether it is to stand before others: `posts(filter: {pinned: true})`. */
  pinned: Scalars['Boolean']['output'];
  /** The public post of its kind that was published before it; null for the first one and for drafts. */
  previous: Maybe<Post>;
  /** When it appears or appeared; null for a draft. */
  publishedAt: Maybe<Scalars['DateTime']['output']>;
  /** What it has been, the present state first, once its title or body was changed. For its author and administrators; empty for others. */
  revisions: PostRevisionConnection;
  /** Where readers can share it: each service's form, with its title and address in it. Nobody is asked anything. */
  shareLinks: Array<ShareLink>;
  /** The name in addresses. Earlier slugs still find the post. */
  slug: Scalars['String']['output'];
  /** Where the post is in its life. */
  status: PostStatus;
  /** Its tags, in the order in which its author gave them. */
  tags: Array<Tag>;
  /** The headline. */
  title: Scalars['String']['output'];
  /** Trackbacks among them. */
  trackbackCount: Scalars['Int']['output'];
  /** Where others send their trackbacks for it; null where the site takes none. */
  trackbackUrl: Maybe<Scalars['String']['output']>;
  /** When its author last changed it. */
  updatedAt: Scalars['DateTime']['output'];
  /** Where the post's page is: the site's url, /posts/ and the slug; or the address of the page of another site. */
  url: Scalars['String']['output'];
  /** Whether the viewer may comment on it: `addComment`; one who is not signed in, as a guest. */
  viewerCanComment: Scalars['Boolean']['output'];
  /** Whether the viewer may change, publish and delete it: `updatePost` and its like. */
  viewerCanEdit: Scalars['Boolean']['output'];
};


/** A post: an article, a page, or a page of another site that is talked about here. */
export type PostCommentsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  flat?: InputMaybe<Scalars['Boolean']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<CommentOrder>;
};


/** A post: an article, a page, or a page of another site that is talked about here. */
export type PostLinkbacksArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  kind?: InputMaybe<LinkbackKind>;
  last: InputMaybe<Scalars['Int']['input']>;
};


/** A post: an article, a page, or a page of another site that is talked about here. */
export type PostRevisionsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};

/** How to find a post. */
export type PostBy =
  /** Its global id. */
  { id: Scalars['ID']['input']; path?: never; slug?: never; url?: never; }
  |  /** A path of the old site, such as /2008/02/03/poutine/ or /?p=18. */
  { id?: never; path: Scalars['String']['input']; slug?: never; url?: never; }
  |  /** Its slug, or one that it had. */
  { id?: never; path?: never; slug: Scalars['String']['input']; url?: never; }
  |  /** The address of a page of another site, whose conversation is here: null until it has begun. */
  { id?: never; path?: never; slug?: never; url: Scalars['String']['input']; };

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type PostConnection = {
  __typename?: 'PostConnection';
  /** The items with their cursors. */
  edges: Array<PostEdge>;
  /** The items. */
  nodes: Array<Post>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type PostEdge = {
  __typename?: 'PostEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: Post;
};

/** Which posts; what is left out does not matter, except that status is PUBLISHED and kind ARTICLE then. */
export type PostFilter = {
  /** Written by this user. */
  author?: InputMaybe<Scalars['ID']['input']>;
  /** Filed in this category itself. */
  category?: InputMaybe<Scalars['ID']['input']>;
  /** ARTICLE unless told. */
  kind?: InputMaybe<PostKind>;
  /** In this language, the tag as the post has it. */
  language?: InputMaybe<Scalars['String']['input']>;
  /** Pinned, or not pinned. */
  pinned?: InputMaybe<Scalars['Boolean']['input']>;
  /** Published before then. */
  publishedBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Published then or later. */
  publishedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** PUBLISHED unless told. Drafts and scheduled posts: those the viewer may see. */
  status?: InputMaybe<PostStatus>;
  /** With this tag. */
  tag?: InputMaybe<Scalars['ID']['input']>;
};

/** What a post is. */
export type PostKind =
  /** It is in the lists. */
  | 'ARTICLE'
  /** A page of another site, whose conversation is here. */
  | 'EXTERNAL'
  /** It stands beside them, such as an imprint. */
  | 'PAGE';

/** In which order posts come. */
export type PostOrder =
  /** By the date of the newest comment, the latest first; uncommented posts last. */
  | 'LAST_COMMENTED'
  /** By number of comments, the highest first. */
  | 'MOST_COMMENTED'
  /** By date of publication, the latest first. */
  | 'NEWEST'
  /** By date of publication, the earliest first. */
  | 'OLDEST';

/** A state that a post has had; of one that was changed, the newest is the present one. */
export type PostRevision = {
  __typename?: 'PostRevision';
  /** Who wrote this state; null when the account was deleted. */
  author: Maybe<User>;
  /** The source then. */
  body: Scalars['String']['output'];
  /** How the source was written. */
  bodyFormat: BodyFormat;
  /** When this state was written. */
  createdAt: Scalars['DateTime']['output'];
  /** Counted from 1, the oldest. */
  number: Scalars['Int']['output'];
  /** The headline then. */
  title: Scalars['String']['output'];
};

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type PostRevisionConnection = {
  __typename?: 'PostRevisionConnection';
  /** The items with their cursors. */
  edges: Array<PostRevisionEdge>;
  /** The items. */
  nodes: Array<PostRevision>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type PostRevisionEdge = {
  __typename?: 'PostRevisionEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: PostRevision;
};

/** Where a post is in its life. */
export type PostStatus =
  /** Only its author and administrators see it. */
  | 'DRAFT'
  /** Everybody sees it. */
  | 'PUBLISHED'
  /** It appears by itself at `publishedAt`. */
  | 'SCHEDULED';

/** A text that is not sent yet. */
export type PreviewInput = {
  /** The source. */
  body: Scalars['String']['input'];
  /** How it is written. */
  bodyFormat?: InputMaybe<BodyFormat>;
  /** What it is to become. */
  kind: PreviewKind;
};

/** What a text is to become. */
export type PreviewKind =
  /** A comment, in which less is possible. */
  | 'COMMENT'
  /** A post's body. */
  | 'POST';

/** What a text would look like. */
export type PreviewPayload = {
  __typename?: 'PreviewPayload';
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed or TooManyRequests; null when it was. */
  error: Maybe<Error>;
  /** The excerpt that a post would have where none is written; null of a comment. */
  excerpt: Maybe<Scalars['String']['output']>;
  /** The text, rendered and sanitised as `bodyHtml` would be. */
  html: Maybe<Scalars['String']['output']>;
};

/** A published post. */
export type PublishPostPayload = {
  __typename?: 'PublishPostPayload';
  /** Why it was not done: NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
  /** The post as it is now. */
  post: Maybe<Post>;
};

/** What can be asked. */
export type Query = {
  __typename?: 'Query';
  /** Years in which there are posts, the newest first, with their months; in the site's time zone. */
  archive: Array<ArchiveYear>;
  /** Top-level categories, in their menu order. */
  categories: Array<Category>;
  /** A category; null when none is found. */
  category: Maybe<Category>;
  /** A comment; null when no visible one has this id. */
  comment: Maybe<Comment>;
  /** Comments of the whole site, newest first. */
  comments: CommentConnection;
  /** What imports reported, the newest first. For administrators; empty for others. */
  imports: ImportReportConnection;
  /** Pages elsewhere that link to posts of the site, the newest first. */
  linkbacks: LinkbackConnection;
  /** Whatever has this id; null when nothing visible has. */
  node: Maybe<Node>;
  /** In the order of ids; null where nothing visible has that id. At most 100. */
  nodes: Array<Maybe<Node>>;
  /** What pages elsewhere were told of posts' links to them, the newest first. For administrators; empty for others. */
  outgoingLinkbacks: OutgoingLinkbackConnection;
  /** A post; null when no visible one is found. */
  post: Maybe<Post>;
  /** Posts of the whole site. */
  posts: PostConnection;
  /** Whatever is at this path of the site, today or formerly, percent-encoded or not: /2008/02/03/poutine/, /?p=18, /posts/keyset-paging. Null when nothing visible is. */
  resource: Maybe<Node>;
  /** Posts and comments that have all these words, in any of their forms. Posts whose titles have them come first, and then the newest. What nobody can find finds nothing; no text is a mistake. */
  search: SearchConnection;
  /** The id of the session that this request is part of; null without one. */
  sessionId: Maybe<Scalars['ID']['output']>;
  /** The site itself. */
  site: Site;
  /** A tag; null when none is found. */
  tag: Maybe<Tag>;
  /** Tags of the whole site that published articles have. */
  tags: TagConnection;
  /** A user; null when none is found. */
  user: Maybe<User>;
  /** Accounts, for moderators and administrators; empty for others. */
  users: UserConnection;
  /** The signed-in user; null for an anonymous request. */
  viewer: Maybe<User>;
};


/** What can be asked. */
export type QueryArchiveArgs = {
  filter: InputMaybe<PostFilter>;
};


/** What can be asked. */
export type QueryCategoryArgs = {
  by: CategoryBy;
};


/** What can be asked. */
export type QueryCommentArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. */
export type QueryCommentsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<CommentFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. */
export type QueryImportsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. */
export type QueryLinkbacksArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<LinkbackFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/** What can be asked. */
export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/** What can be asked. */
export type QueryOutgoingLinkbacksArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<OutgoingLinkbackFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
};


/** What can be asked. */
export type QueryPostArgs = {
  by: PostBy;
};


/** What can be asked. */
export type QueryPostsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<PostFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  offset: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<PostOrder>;
};


/** What can be asked. */
export type QueryResourceArgs = {
  path: Scalars['String']['input'];
};


/** What can be asked. */
export type QuerySearchArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<SearchFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  in: InputMaybe<Array<SearchKind>>;
  query: Scalars['String']['input'];
};


/** What can be asked. */
export type QueryTagArgs = {
  by: TagBy;
};


/** What can be asked. */
export type QueryTagsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<TagOrder>;
};


/** What can be asked. */
export type QueryUserArgs = {
  by: UserBy;
};


/** What can be asked. */
export type QueryUsersArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<UserFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<UserOrder>;
};

/** What somebody may do. Each role may also do what the ones before it may. */
export type Role =
  /** Does everything, categories and roles included. */
  | 'ADMIN'
  /** Writes, schedules and publishes posts. */
  | 'AUTHOR'
  /** Sees and decides every comment. */
  | 'MODERATOR'
  /** Comments. */
  | 'READER';

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type SearchConnection = {
  __typename?: 'SearchConnection';
  /** The items with their cursors. */
  edges: Array<SearchHitEdge>;
  /** The items. */
  nodes: Array<SearchHit>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** Which hits; what is left out does not matter. A comment has the category, tags and language of its post. */
export type SearchFilter = {
  /** Written by this user. */
  author?: InputMaybe<Scalars['ID']['input']>;
  /** Filed in this category itself. */
  category?: InputMaybe<Scalars['ID']['input']>;
  /** In this language, the tag as the post has it. */
  language?: InputMaybe<Scalars['String']['input']>;
  /** Published, or written as a comment, before then. */
  publishedBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Published, or written as a comment, then or later. */
  publishedFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** With this tag. */
  tag?: InputMaybe<Scalars['ID']['input']>;
};

/** A post or a comment that was found. */
export type SearchHit = {
  __typename?: 'SearchHit';
  /** What was found: a Post or a Comment. */
  node: Node;
  /** 2 for a post whose title has all that was asked for, 1 for others. */
  score: Scalars['Float']['output'];
  /** Some of the text around the first match, about 240 characters of it. */
  snippet: Array<Segment>;
  /** The title of the post, or of the comment's post. */
  title: Array<Segment>;
};

/** An item and its place in the list. */
export type SearchHitEdge = {
  __typename?: 'SearchHitEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: SearchHit;
};

/** What is looked for. */
export type SearchKind =
  /** Comments. */
  | 'COMMENTS'
  /** Articles and pages. */
  | 'POSTS';

/** A piece of plain text. There is no HTML in it: show it as text. */
export type Segment = {
  __typename?: 'Segment';
  /** Whether it is what was asked for. */
  matched: Scalars['Boolean']['output'];
  /** As it is, not escaped. */
  text: Scalars['String']['output'];
};

/** A device on which one is signed in. */
export type Session = {
  __typename?: 'Session';
  /** When somebody signed in there. */
  createdAt: Scalars['DateTime']['output'];
  /** When it ends unless it is used; each use prolongs it. */
  expiresAt: Scalars['DateTime']['output'];
  /** For `endSession`; that of the request's own session is `sessionId`. */
  id: Scalars['ID']['output'];
};

/** A moderator's decision. */
export type SetCommentStatusInput = {
  /** The comment that is decided about. */
  id: Scalars['ID']['input'];
  /** What it is from now on. */
  status: CommentStatus;
};

/** A comment that a moderator has decided about. */
export type SetCommentStatusPayload = {
  __typename?: 'SetCommentStatusPayload';
  /** The comment as it is now. */
  comment: Maybe<Comment>;
  /** Why it was not done: NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
};

/** A moderator's decision about a linkback. */
export type SetLinkbackStatusInput = {
  /** The linkback that is decided about. */
  id: Scalars['ID']['input'];
  /** What it is from now on; not VERIFYING. */
  status: LinkbackStatus;
};

/** A linkback that a moderator has decided about. */
export type SetLinkbackStatusPayload = {
  __typename?: 'SetLinkbackStatusPayload';
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
  /** The linkback as it is now. */
  linkback: Maybe<Linkback>;
};

/** What an account may do from now on. */
export type SetRoleInput = {
  /** The new role. */
  role: Role;
  /** Somebody else's account; a guest has no role. */
  user: Scalars['ID']['input'];
};

/** An account with another role. */
export type SetRolePayload = {
  __typename?: 'SetRolePayload';
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
  /** The account as it is now. */
  user: Maybe<User>;
};

/** Where a post can be shared. */
export type ShareLink = {
  __typename?: 'ShareLink';
  /** With whom. */
  service: ShareService;
  /** Its form with the post's title and address in it. Where {instance} is in the template, it is in here, too: put the reader's own server in its place. */
  url: Scalars['String']['output'];
};

/** A place where readers share posts, as the owner of the site chose them. */
export type ShareService = {
  __typename?: 'ShareService';
  /** Closed by now, or no longer what it was: there only where the site wants it for old times' sake. */
  historic: Scalars['Boolean']['output'];
  /** Its short name, such as mastodon. */
  id: Scalars['String']['output'];
  /** The name to show. */
  name: Scalars['String']['output'];
  /** The address of its form, with {url}, {title}, {text} (the title and then the address) or {text:300} (the same in 300 letters at the most: the title is cut) to be filled in, percent-encoded. {instance} is the host that only the reader knows. */
  urlTemplate: Scalars['String']['output'];
};

/** An account and its password. */
export type SignInInput = {
  /** The account's e-mail address. */
  email: Scalars['String']['input'];
  /** The account's password. */
  password: Scalars['String']['input'];
};

/** A fresh session. */
export type SignInPayload = {
  __typename?: 'SignInPayload';
  /** Why it was not done: InvalidCredentials or TooManyRequests; null when it was. */
  error: Maybe<Error>;
  /** When the session ends unless it is used; each use prolongs it. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Send it as Authorization: Bearer … or as connectionParams.token. It is shown only here. */
  token: Maybe<Scalars['String']['output']>;
  /** Whose session it is. */
  user: Maybe<User>;
};

/** A new account. */
export type SignUpInput = {
  /** For signing in. Nobody but its owner and administrators sees it. */
  email: Scalars['String']['input'];
  /** The name to show; the username when left out. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** 8 to 256 characters; common passwords are refused. */
  password: Scalars['String']['input'];
  /** 3 to 30 of a to z, 0 to 9, and - or _ in between; unique, and no word such as admin. */
  username: Scalars['String']['input'];
};

/** A new account and its first session. */
export type SignUpPayload = {
  __typename?: 'SignUpPayload';
  /** Why it was not done: InvalidInput or TooManyRequests; null when it was. */
  error: Maybe<Error>;
  /** When the session ends unless it is used; each use prolongs it. */
  expiresAt: Maybe<Scalars['DateTime']['output']>;
  /** Send it as Authorization: Bearer … or as connectionParams.token. It is shown only here. */
  token: Maybe<Scalars['String']['output']>;
  /** The new account. */
  user: Maybe<User>;
};

/** The site as its owner named it. */
export type Site = {
  __typename?: 'Site';
  /** Its subtitle. */
  description: Scalars['String']['output'];
  /** Its posts and all comments, in each format. */
  feeds: Array<FeedLink>;
  /** Whether people without an account comment: `addComment(input: {guest: …})`. */
  guests: GuestPolicy;
  /** Its main language, a BCP 47 tag. */
  language: Scalars['String']['output'];
  /** What a form must know before it is sent. */
  limits: SiteLimits;
  /** When comments are decided about. */
  moderation: Moderation;
  /** Where readers can share its posts: `Post.shareLinks`. */
  shareServices: Array<ShareService>;
  /** Where its days begin, as the IANA database calls it. */
  timezone: Scalars['String']['output'];
  /** The site's name. */
  title: Scalars['String']['output'];
  /** Where its pages begin. */
  url: Scalars['String']['output'];
  /** Where other sites say that a page of theirs links to a post; null where nobody listens. */
  webmentionUrl: Maybe<Scalars['String']['output']>;
};

/** What the site takes: lengths in characters, times in seconds. */
export type SiteLimits = {
  __typename?: 'SiteLimits';
  /** The longest bio of an account. */
  bioLength: Scalars['Int']['output'];
  /** For how many seconds after writing a comment its author may edit it. */
  commentEditWindow: Scalars['Int']['output'];
  /** The longest body of a comment. */
  commentLength: Scalars['Int']['output'];
  /** The longest excerpt of a post. */
  excerptLength: Scalars['Int']['output'];
  /** The longest name of an account. */
  nameLength: Scalars['Int']['output'];
  /** The largest `first` or `last` of a list. */
  pageSize: Scalars['Int']['output'];
  /** The shortest password. */
  passwordMinLength: Scalars['Int']['output'];
  /** The longest body of a post. */
  postLength: Scalars['Int']['output'];
  /** The `depth` of the deepest replies. */
  replyDepth: Scalars['Int']['output'];
  /** The longest title of a post. */
  titleLength: Scalars['Int']['output'];
};

/** What can be listened to, over graphql-transport-ws and as event streams. */
export type Subscription = {
  __typename?: 'Subscription';
  /** New comments, the plain way: of one post, of one category, or of the whole site. What comes while a client is away is missed: commentFeed goes on where it was. */
  commentAdded: Comment;
  /** Everything that happens to comments, in order, each event exactly once. With after it first replays what was missed, then goes live. */
  commentFeed: FeedEvent;
};


/** What can be listened to, over graphql-transport-ws and as event streams. */
export type SubscriptionCommentAddedArgs = {
  category: InputMaybe<Scalars['ID']['input']>;
  post: InputMaybe<Scalars['ID']['input']>;
};


/** What can be listened to, over graphql-transport-ws and as event streams. */
export type SubscriptionCommentFeedArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  category: InputMaybe<Scalars['ID']['input']>;
  linkbacks?: InputMaybe<Scalars['Boolean']['input']>;
  post: InputMaybe<Scalars['ID']['input']>;
};

/** A label that authors give to posts. */
export type Tag = Node & {
  __typename?: 'Tag';
  /** The posts with it, as feeds in each format. */
  feeds: Array<FeedLink>;
  /** The global id, opaque to clients. */
  id: Scalars['ID']['output'];
  /** The name to show. */
  name: Scalars['String']['output'];
  /** Published articles with this tag. */
  postCount: Scalars['Int']['output'];
  /** Posts with this tag. */
  posts: PostConnection;
  /** The name in addresses. */
  slug: Scalars['String']['output'];
  /** Where the tag's page is: the site's url, /tags/ and the slug. */
  url: Scalars['String']['output'];
};


/** A label that authors give to posts. */
export type TagPostsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<PostFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  offset: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<PostOrder>;
};

/** How to find a tag. */
export type TagBy =
  /** Its global id. */
  { id: Scalars['ID']['input']; slug?: never; }
  |  /** Its slug. */
  { id?: never; slug: Scalars['String']['input']; };

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type TagConnection = {
  __typename?: 'TagConnection';
  /** The items with their cursors. */
  edges: Array<TagEdge>;
  /** The items. */
  nodes: Array<Tag>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type TagEdge = {
  __typename?: 'TagEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: Tag;
};

/** In which order tags come. */
export type TagOrder =
  /** By number of published articles, the highest first. */
  | 'MOST_USED'
  /** By name. */
  | 'NAME';

/** This was tried too often. */
export type TooManyRequests = Error & {
  __typename?: 'TooManyRequests';
  /** What is wrong, in a sentence that may be shown to people. */
  message: Scalars['String']['output'];
  /** Seconds until another try is accepted. */
  retryAfter: Scalars['Int']['output'];
};

/** Changes to a category. What is left out stays as it is. */
export type UpdateCategoryInput = {
  /** What the category is about, in plain text; null or empty for nothing. */
  description?: InputMaybe<Scalars['String']['input']>;
  /** The category to change. */
  id: Scalars['ID']['input'];
  /** What the menu shows, of 1 to 100 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** The category above it; null makes it a top-level one. */
  parent?: InputMaybe<Scalars['ID']['input']>;
  /** Its place among its siblings, smallest first; null makes it the last. */
  position?: InputMaybe<Scalars['Int']['input']>;
  /** Its part of addresses. It does not follow the name by itself; null makes it do so now. */
  slug?: InputMaybe<Scalars['String']['input']>;
};

/** A changed category. */
export type UpdateCategoryPayload = {
  __typename?: 'UpdateCategoryPayload';
  /** The category as it is now. */
  category: Maybe<Category>;
  /** Why it was not done: InvalidInput, NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
};

/** Changes to a post. What is left out stays as it is. */
export type UpdatePostInput = {
  /** Markdown (CommonMark, tables, strikethrough) without HTML. */
  body?: InputMaybe<Scalars['String']['input']>;
  /** How the body is written. HTML keeps only what is harmless. */
  bodyFormat?: InputMaybe<BodyFormat>;
  /** All categories instead of those it has, the main one first, or besides `category`. */
  categories?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** Where it is filed: the main category; of several, only that one is replaced. */
  category?: InputMaybe<Scalars['ID']['input']>;
  /** Whether it takes comments. */
  commentsOpen?: InputMaybe<Scalars['Boolean']['input']>;
  /** A summary in plain text, up to 500 characters; null makes it from the body again. */
  excerpt?: InputMaybe<Scalars['String']['input']>;
  /** The post to change. */
  id: Scalars['ID']['input'];
  /** The `updatedAt` of the post that was edited: if it has another one by now, nothing is changed, and the error is an EditConflict. */
  ifUpdatedAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** A picture that one has uploaded oneself, of administrators any; null for none. */
  image?: InputMaybe<Scalars['ID']['input']>;
  /** An article in the lists, or a page beside them, such as an imprint. */
  kind?: InputMaybe<PostKind>;
  /** A BCP 47 tag such as fr or en-GB. */
  language?: InputMaybe<Scalars['String']['input']>;
  /** Whether it takes linkbacks, if the site takes any. */
  linkbacksOpen?: InputMaybe<Scalars['Boolean']['input']>;
  /** Whether it should stand before others. */
  pinned?: InputMaybe<Scalars['Boolean']['input']>;
  /** Now or earlier publishes the post, later schedules it, null makes it a draft again. */
  publishedAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Its part of addresses; null makes it from the title again. */
  slug?: InputMaybe<Scalars['String']['input']>;
  /** Names of tags instead of those it has; those that there are not yet are made. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Of 1 to 200 characters. A slug made from it follows it; the old one still finds the post. */
  title?: InputMaybe<Scalars['String']['input']>;
};

/** A changed post. */
export type UpdatePostPayload = {
  __typename?: 'UpdatePostPayload';
  /** Why it was not done: InvalidInput, EditConflict, NotSignedIn, NotAllowed or NotFound; null when it was. */
  error: Maybe<Error>;
  /** The post as it is now. */
  post: Maybe<Post>;
};

/** Changes to one's own profile. What is left out stays as it is. */
export type UpdateProfileInput = {
  /** A picture that one has uploaded oneself; null for none. */
  avatar?: InputMaybe<Scalars['ID']['input']>;
  /** A few words about oneself; null or empty for none. */
  bio?: InputMaybe<Scalars['String']['input']>;
  /** The name to show, of 1 to 100 characters. */
  name?: InputMaybe<Scalars['String']['input']>;
  /** An http or https address; null or empty for none. */
  website?: InputMaybe<Scalars['String']['input']>;
};

/** A changed profile. */
export type UpdateProfilePayload = {
  __typename?: 'UpdateProfilePayload';
  /** Why it was not done: InvalidInput or NotSignedIn; null when it was. */
  error: Maybe<Error>;
  /** The account as it is now. */
  user: Maybe<User>;
};

/** Somebody with an account, or a guest, who has none. */
export type User = Node & {
  __typename?: 'User';
  /** A picture of the user; null when there is none. */
  avatar: Maybe<Image>;
  /** A few words about oneself; empty when there are none. */
  bio: Scalars['String']['output'];
  /** The user's comments, newest first. */
  comments: CommentConnection;
  /** When the account was made; of a guest, when they first came. */
  createdAt: Scalars['DateTime']['output'];
  /** Only the user and administrators see it; null for anyone else, and for a guest who gave none. */
  email: Maybe<Scalars['String']['output']>;
  /** What the user wrote, as feeds in each format; none of a guest. */
  feeds: Array<FeedLink>;
  /** The global id, opaque to clients. */
  id: Scalars['ID']['output'];
  /** Whether they have no account: name, website and address are what somebody typed. */
  isGuest: Scalars['Boolean']['output'];
  /** The name to show. */
  name: Scalars['String']['output'];
  /** What the user wrote. */
  posts: PostConnection;
  /** What the user may do. */
  role: Role;
  /** Where one is signed in oneself, the newest first; empty for others. */
  sessions: Array<Session>;
  /** The name in addresses: unique, lower case. Null for a guest, who has no page. */
  username: Maybe<Scalars['String']['output']>;
  /** An http or https address; null when there is none. */
  website: Maybe<Scalars['String']['output']>;
};


/** Somebody with an account, or a guest, who has none. */
export type UserCommentsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<CommentStatus>;
};


/** Somebody with an account, or a guest, who has none. */
export type UserPostsArgs = {
  after: InputMaybe<Scalars['String']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  filter: InputMaybe<PostFilter>;
  first: InputMaybe<Scalars['Int']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  offset: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<PostOrder>;
};

/** How to find a user. */
export type UserBy =
  /** The global id. */
  { id: Scalars['ID']['input']; username?: never; }
  |  /** The user name. */
  { id?: never; username: Scalars['String']['input']; };

/** A page of a list. Take `nodes` when the cursors of the single items are not needed. */
export type UserConnection = {
  __typename?: 'UserConnection';
  /** The items with their cursors. */
  edges: Array<UserEdge>;
  /** The items. */
  nodes: Array<User>;
  /** Where this page stands in the list. */
  pageInfo: PageInfo;
  /** How many items the list has on all its pages. */
  totalCount: Scalars['Int']['output'];
};

/** An item and its place in the list. */
export type UserEdge = {
  __typename?: 'UserEdge';
  /** Pass it as `after` or `before` to go on from here. */
  cursor: Scalars['String']['output'];
  /** The item. */
  node: User;
};

/** Which accounts; what is left out does not matter. */
export type UserFilter = {
  /** With this text in the user name or the name to show, for administrators also in the e-mail address. Capital letters from A to Z make no difference. */
  query?: InputMaybe<Scalars['String']['input']>;
  /** With this role, and no other. */
  role?: InputMaybe<Role>;
};

/** In which order accounts come. */
export type UserOrder =
  /** By the name to show. */
  | 'NAME'
  /** By when they were made, the latest first. */
  | 'NEWEST';
