// A tree of comments through a random history, beside one that is made anew each time; and what an event costs it.
import { Tree } from '../../../web/client/tree.js';

const seed = Number(process.argv[2]);
let at = seed;
/** A number below n, the same for the same seed. */
const some = (n) => {
  at = (Math.imul(at, 1664525) + 1013904223) >>> 0;
  return Math.floor((at / 2 ** 32) * n);
};
const time = (number) => new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString();
const comment = (id, parentId, createdAt) => ({ id, parentId, createdAt, status: 'APPROVED', deleted: false });
const ids = (list) => list.map(({ id, replies }) => [id, ids(replies)]);

function threads(comments, newestFirst, parentId = null) {
  const here = comments.filter((other) => other.parentId === parentId);
  here.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1) * (newestFirst && !parentId ? -1 : 1));
  return here.map(({ id }) => [id, threads(comments, newestFirst, id)]);
}

function below(comments, id) {
  const direct = comments.filter(({ parentId }) => parentId === id);
  return [id, ...direct.flatMap((reply) => below(comments, reply.id))];
}

function history(newestFirst) {
  const tree = new Tree(newestFirst);
  let comments = [];
  for (let step = 0; step < 300; step += 1) {
    const parent = comments.length && some(3) ? comments[some(comments.length)].id : null;
    if (comments.length && some(4) === 0) {
      const gone = new Set(below(comments, comments[some(comments.length)].id));
      const [id] = gone;
      const taken = tree.remove(id).map((node) => node.id);
      if (taken.length !== gone.size || taken.some((each) => !gone.has(each))) return `step ${step}: ${taken}`;
      comments = comments.filter((other) => !gone.has(other.id));
    } else {
      const added = comment(`comment_${step}`, parent, time(some(100_000) * 1000 + step));
      tree.put(added);
      comments.push(added);
    }
    const [shown, wanted] = [ids(tree.threads), threads(comments, newestFirst)].map((it) => JSON.stringify(it));
    if (shown !== wanted) return `step ${step}: ${shown} is not ${wanted}`;
  }
  return tree.ids().length === comments.length;
}

function filled(size) {
  const tree = new Tree();
  for (let number = 0; number < size; number += 1) {
    const parent = number % 3 ? `comment_${some(number)}` : null;
    tree.put(comment(`comment_${number}`, parent, time(number)));
  }
  return tree;
}

/** Microseconds for one comment that comes, is edited and goes: in the best of many rounds. */
function cost(tree, size) {
  let best = Infinity;
  for (let round = 0; round < 40; round += 1) {
    const begun = performance.now();
    for (let number = 0; number < 50; number += 1) {
      const parent = number % 2 ? `comment_${some(size)}` : null;
      const late = comment(`late_${number}`, parent, time(some(size)));
      tree.put(late);
      tree.put({ ...late, bodyHtml: 'Changed' });
      tree.remove(late.id);
    }
    best = Math.min(best, (performance.now() - begun) * 20);
  }
  return best;
}

const [small, large] = [100, 10_000].map((size) => cost(filled(size), size));
console.log(JSON.stringify({ oldest: history(false), newest: history(true), small, large }));
