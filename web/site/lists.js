// In lists, how many comments there are, and how many of them are new, grows as they come.
import { seenOf } from './memory.js';
import { whileSeen } from './seen.js';
import { word } from './words.js';

const feed = (more) => `subscription SiteCounts($after: String) {
  commentFeed(after: $after) {
    __typename cursor
    ... on CommentAdded { comment { post { ...Counts } } }
    ... on CommentEdited { comment { post { ...Counts } } }
    ... on CommentRemoved { post { ...Counts } }
  }
}
fragment Counts on Post { id commentCount ${more} }`;

export function count({ clients, signedIn }) {
  const places = [...document.querySelectorAll('main :not(section)[data-post][data-count]')];
  if (!places.length) return;
  let { cursor } = places[0].dataset;
  const showAll = () => places.forEach(show);

  whileSeen({
    clients,
    query: feed(signedIn ? 'newCommentCount' : ''),
    variables: () => ({ after: cursor }),
    next: ({ commentFeed: event }) => heard(event),
    reset: () => location.reload(),
  });
  if (signedIn) {
    window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload()); // the server knows
    return;
  }
  showAll();
  window.addEventListener('pageshow', showAll);
  window.addEventListener('storage', showAll);

  function heard({ cursor: reached, comment, post = comment?.post }) {
    cursor = reached;
    for (const place of places.filter((each) => each.dataset.post === post?.id)) {
      place.dataset.count = post.commentCount;
      place.querySelector('a[href$="#comments"]').textContent = word('comments', post.commentCount);
      show(place, post.newCommentCount);
    }
  }

  function show(place, told) {
    const { post, count: total } = place.dataset;
    const more = typeof told === 'number' && signedIn ? told : total - (seenOf(post)?.[1] ?? Infinity);
    const mark = place.querySelector('.new-count') ?? document.createElement('span');
    mark.className = 'new-count';
    mark.textContent = word('more', more);
    if (more <= 0) mark.remove();
    else if (!mark.isConnected) place.querySelector('a').after(' ', mark);
  }
}
