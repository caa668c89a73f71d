import type {
  Comment as SchemaComment,
  CommentStatus,
  FieldError,
  GuestInput,
  GuestPolicy,
  Moderation,
  Post as SchemaPost,
  SiteLimits,
  User,
} from './schema.js';

type Given<Value> = Value | (() => Value | Promise<Value>);
type Variables = Record<string, unknown>;

export interface ClientOptions {
  /** The API's address; "/graphql" unless told. */
  url?: string;
  /** Of whoever is signed in; a function is asked before each request. */
  token?: Given<string | null | undefined>;
  /** More headers of each request. */
  headers?: Given<Record<string, string> | undefined>;
  /** Used in place of the global one. */
  fetch?: typeof globalThis.fetch;
  /** Milliseconds before a subscription connects again, until the server says how long; 2000 unless told. */
  retry?: number;
  /** The token is not good any more. It is not sent again; what is public can still be read and followed. */
  expired?: (error: CauserieError) => void;
}

export declare function createClient(options?: ClientOptions): Client;

export interface Client {
  /** The data of the answer. Throws a CauserieError when there are `errors`, or no answer. */
  request<Data = any>(document: string, variables?: Variables, how?: { signal?: AbortSignal }): Promise<Data>;
  /** Likewise; an `error` in the payload is thrown, too. Ask for its `__typename` and `message`. */
  mutate<Data = any>(document: string, variables?: Variables, how?: { signal?: AbortSignal }): Promise<Data>;
  /** Follow a subscription through all its connections. Answers a function that ends it. */
  subscribe<Data = any>(
    document: string,
    variables: Variables | undefined,
    handlers: Handlers<Data>,
    how?: { resume?: boolean; retry?: number; silence?: number },
  ): () => void;
  /** A post's comments as threads, and what the viewer does in them. */
  conversation(options: ConversationOptions): Conversation;
}

export interface Handlers<Data = any> {
  next?(data: Data, errors?: GraphQLError[]): void;
  /** In place of `next`: the cursor leads nowhere, load anew what you show. Ask for the event's `__typename`. */
  reset?(event: any): void;
  connected?(): void;
  /** It will connect again, after `wait` milliseconds. */
  disconnected?(detail: { error?: CauserieError; wait: number }): void;
  /** The token is not good any more; the subscription goes on without. */
  expired?(error: CauserieError): void;
  /** It has been refused, and will not be tried again. */
  error?(error: CauserieError): void;
  complete?(): void;
}

export interface GraphQLError {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; [name: string]: unknown };
}

export declare class CauserieError extends Error {
  /** Of the API's list of codes; the type of a payload's error; or NETWORK, when nobody has answered. */
  code: string;
  /** The HTTP status, where there was one. */
  status?: number;
  errors?: GraphQLError[];
  /** What was answered beside the errors. */
  data?: any;
  /** The payload's error. */
  payload?: { typename: string; message: string; fields?: FieldError[]; retryAfter?: number; [name: string]: unknown };
  /** Seconds. */
  retryAfter?: number;
  /** Whether the same may be tried again. */
  readonly passing: boolean;
}

export interface ConversationOptions {
  post: { id: string } | { slug: string } | { url: string; title?: string };
  /** How many comments a page has, or threads where the newest come first; 50 unless told. */
  pageSize?: number;
  /** OLDEST unless told: all comments in one list, of which threads are made. NEWEST: threads with some replies. */
  orderBy?: 'OLDEST' | 'NEWEST';
  /** Who writes, where that is somebody without an account. */
  guest?: GuestInput;
  /** Comments of others that are later than this are new to somebody without an account. */
  since?: string;
  /** More fields of each comment: "author { avatar { url } }". */
  fields?: string;
}

export interface Post
  extends Pick<
    SchemaPost,
    'id' | 'slug' | 'title' | 'url' | 'commentCount' | 'commentsOpen' | 'viewerCanComment' | 'feedCursor'
  > {}

export interface Node
  extends Pick<
    SchemaComment,
    'id' | 'bodyHtml' | 'createdAt' | 'editedAt' | 'deleted' | 'depth' | 'replyCount'
    | 'viewerCanReply' | 'viewerCanEdit' | 'viewerCanDelete' | 'viewerCanModerate'
  > {
  status: CommentStatus;
  author: Pick<User, 'name' | 'username' | 'isGuest' | 'website'> & { id: string | null } | null;
  parentId: string | null;
  /** Of the viewer's own: whether it has not been answered yet, or has not been taken. */
  pending: 'sending' | 'failed' | null;
  /** Why it has not been taken. */
  error: CauserieError | null;
  /** What the viewer has written, as long as the server has not made a comment of it. */
  body?: string;
  isNew: boolean;
  replies: Node[];
  /** How many more replies there are than are loaded: see `repliesOf`. */
  moreReplies: number;
  /** What `fields` has asked for. */
  [field: string]: any;
}

export interface Change {
  added: string[];
  changed: string[];
  removed: string[];
  /** Under which id a comment was shown, which it has now; its place may be another. */
  moved: [from: string, to: string][];
  /** Everything is another; `added` is all there is. */
  reset: boolean;
  /** `total` is another. */
  counted: boolean;
  /** Whether all of it is the viewer's own doing. */
  fromViewer: boolean;
}

interface ConversationEvents {
  change: CustomEvent<Change>;
  connected: CustomEvent;
  disconnected: CustomEvent<{ error?: CauserieError; wait: number }>;
  error: CustomEvent<CauserieError>;
}

/** What a page knows already, comments in any order in which none comes before the one that it replies to. */
export interface Adopted {
  post: { id: string; feedCursor: string; commentCount: number; [field: string]: any };
  comments: { id: string; parentId?: string | null; createdAt: string; [field: string]: any }[];
  pageInfo?: { hasNextPage: boolean; endCursor?: string | null };
  viewer?: Conversation['viewer'];
  site?: Conversation['site'];
}

export interface Conversation extends EventTarget {
  /** Null before it is loaded, and where there is none. */
  readonly post: Post | null;
  readonly viewer: Pick<User, 'id' | 'name' | 'username'> | null;
  readonly site: {
    guests: GuestPolicy;
    moderation: Moderation;
    limits: Pick<SiteLimits, 'commentLength' | 'replyDepth'>;
  } | null;
  /** Comments that everybody sees, loaded or not. */
  readonly total: number;
  readonly threads: Node[];
  readonly hasMore: boolean;
  readonly connected: boolean;
  guest?: GuestInput;

  get(id: string): Node | undefined;
  load(): Promise<void>;
  adopt(page: Adopted): void;
  /** The next page: the ids that it brings. */
  more(): Promise<string[]>;
  /** What is left of all that is below a comment, up to a hundred at a time: the ids. */
  repliesOf(id: string): Promise<string[]>;
  start(): void;
  stop(): void;
  /** Everything anew: somebody else looks at the page. */
  renew(): Promise<void>;
  /** The cursor up to which has been seen what there is. */
  seen(): string | null;
  /** Note for the viewer, on all their devices, that they have seen what there is. */
  markRead(): Promise<void>;

  /** Never rejects: look at the comment's `pending` and `error`. */
  add(comment: { body: string; parent?: string | null; guest?: GuestInput }): Promise<Node>;
  retry(id: string): Promise<Node>;
  /** Its text. */
  discard(id: string): string;
  edit(id: string, body: string): Promise<void>;
  remove(id: string): Promise<void>;
  decide(id: string, status: CommentStatus): Promise<void>;

  addEventListener<Type extends keyof ConversationEvents>(
    type: Type,
    listener: (event: ConversationEvents[Type]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}
