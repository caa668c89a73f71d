// A program of what docs/javascript.md tells its readers to write: it reports what it saw.
import { createClient, type Change, type Node } from 'causerie-client';
import { documents } from 'causerie-client/documents';
import { adopted } from './adopted';
import { opened, unfold, write } from './conversation';
import { follow } from './follow';
import { attempt, client, signIn, titles } from './requests';

const PASSWORD = process.argv[2]!;
const seen: Record<string, unknown> = { titles: await titles() };
seen.wrong = await attempt(signIn('julien@example.org', 'a wrong password'));
seen.right = await attempt(signIn('julien@example.org', PASSWORD));
seen.unreachable = await attempt(createClient({ url: 'http://127.0.0.1:9/graphql' }).request('{ site { title } }'));

const conversation = await opened();
const all = (list: Node[]): Node[] => list.flatMap((node) => [node, ...all(node.replies)]);
for (const node of all(conversation.threads)) if (node.moreReplies) await unfold(node);
seen.complete = all(conversation.threads).filter(({ deleted }) => !deleted).length === conversation.total;
seen.avatar = conversation.threads[0]!.author && 'avatar' in conversation.threads[0]!.author;
await conversation.markRead();

let stop = () => {};
const news = new Promise<string>((resolve) => {
  stop = follow(process.argv[3]!, ({ __typename }) => resolve(__typename));
});
const writing = setInterval(() => void write('Once more, until it is heard.'), 300);
seen.news = await news;
clearInterval(writing);
stop();

const changes: Change[] = [];
conversation.addEventListener('change', ({ detail }) => changes.push(detail));
const written = await write('Written by the guide');
seen.written = Object.keys(written);
seen.moved = changes.some(({ moved }) => moved.some(([from, to]) => from.startsWith('draft_') && to === written.id));
seen.refused = await write('');
conversation.stop();

const page = documents().page.OLDEST;
const { post } = await client.request(page, { by: { id: conversation.post!.id }, first: 3 });
const comments = post.comments.nodes.map((node: any) => ({ ...node, parentId: node.parent?.id }));
const twin = adopted({ post, comments, pageInfo: post.comments.pageInfo });
seen.adopted = all(twin.threads).length;
seen.more = (await twin.more()).length > 0;
twin.stop();

// @ts-expect-error: a conversation is about one thing
client.conversation({ post: { path: '/' } });
// @ts-expect-error: null is no status
void ((): Promise<void> => twin.decide('comment_1', null));
console.log(JSON.stringify(seen));
process.exit();
