import { useState } from "react";
import { signIn, signOut } from "./api";
import type { Comment, Shown } from "./operations";

type Timed = { id: string; createdAt: string };
const UNREACHABLE = "The server cannot be reached: please try again.";

/** Where a comment goes in a list, oldest first; -1: it is there, or belongs to a page that is not loaded. */
export function place(comment: Timed, loaded: Timed[], hasNextPage: boolean): number {
  if (loaded.some(({ id }) => id === comment.id)) return -1;
  const later = loaded.findIndex(({ createdAt }) => createdAt > comment.createdAt);
  return later >= 0 || hasNextPage ? later : loaded.length;
}

export type Acts = {
  add: (body: string, key: string, parent: string | null) => Promise<string | undefined>;
  remove: (id: string) => void;
  decide: (id: string, status: "APPROVED" | "REJECTED") => void;
  more: () => void;
  renew: () => void; // when somebody else looks at the page
};

export function Talk({ viewer, post, acts }: Shown & { acts: Acts }) {
  if (!post) return <p>There is no such post.</p>;
  return (
    <main>
      <Session name={viewer?.name} renew={acts.renew} />
      <h1>{post.title}</h1>
      <p><span id="count">{post.commentCount}</span> comments</p>
      <Thread of={null} all={post.comments.edges.map(({ node }) => node)} acts={acts} />
      {post.comments.pageInfo.hasNextPage && <button onClick={acts.more}>More</button>}
      {post.viewerCanComment && <Write label="Comment" send={(body, key) => acts.add(body, key, null)} />}
    </main>
  );
}

function Thread({ of, all, acts }: { of: string | null; all: Comment[]; acts: Acts }) {
  const here = all.filter(({ parent }) => (parent?.id ?? null) === of);
  here.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  return (
    <ul>
      {here.map((it) => (
        <li key={it.id} id={it.id}>
          {it.deleted ? <i>deleted</i> : <b>{it.author?.name ?? "somebody"}</b>}
          {it.status === "PENDING" && <small> waits for a moderator</small>}
          <div dangerouslySetInnerHTML={{ __html: it.bodyHtml }} />
          {it.viewerCanModerate && it.status === "PENDING" && (
            <button onClick={() => acts.decide(it.id, "APPROVED")}>Approve</button>
          )}
          {it.viewerCanModerate && <button onClick={() => acts.decide(it.id, "REJECTED")}>Reject</button>}
          {it.viewerCanDelete && <button onClick={() => acts.remove(it.id)}>Delete</button>}
          {it.viewerCanReply && <Write label="Reply" send={(body, key) => acts.add(body, key, it.id)} />}
          <Thread of={it.id} all={all} acts={acts} />
        </li>
      ))}
    </ul>
  );
}

function Write({ label, send }: { label: string; send: (body: string, key: string) => Promise<string | undefined> }) {
  const draft = (body: string) => ({ body, key: crypto.randomUUID() }); // a key for each text
  const [{ body, key }, setDraft] = useState(() => draft(""));
  const [trouble, setTrouble] = useState<string>();
  const submit = async () => {
    try {
      const refused = await send(body, key);
      setTrouble(refused);
      if (!refused) setDraft(draft(""));
    } catch {
      setTrouble(UNREACHABLE); // with the same key
    }
  };
  return (
    <form action={submit}>
      <textarea value={body} onChange={(event) => setDraft(draft(event.target.value))} />
      <button>{label}</button> <output>{trouble}</output>
    </form>
  );
}

function Session({ name, renew }: { name?: string; renew: () => void }) {
  const [trouble, setTrouble] = useState<string>();
  const enter = async (form: FormData) => {
    const refused = await signIn(String(form.get("email")), String(form.get("password"))).catch(() => UNREACHABLE);
    setTrouble(refused);
    if (!refused) renew();
  };
  const leave = () => signOut().then(renew, () => setTrouble(UNREACHABLE));
  if (name) return <p><button onClick={leave}>Sign out {name}</button> <output>{trouble}</output></p>;
  return (
    <form action={enter}>
      <input name="email" type="email" /> <input name="password" type="password" />
      <button>Sign in</button> <output>{trouble}</output>
    </form>
  );
}
