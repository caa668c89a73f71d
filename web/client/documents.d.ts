/** What conversations ask, for sites that run listed documents only; `fields` as in a conversation's options. */
export declare function documents(fields?: string): {
  page: { OLDEST: string; NEWEST: string };
  replies: string;
  feed: string;
  add: string;
  edit: string;
  read: string;
  remove: string;
  decide: string;
};
