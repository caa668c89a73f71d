// What has changed since the page was last told.

/** What has become of a comment that had become something before. */
const THEN = {
  'added changed': 'added',
  'added removed': '',
  'removed added': 'removed, added', // it is another object
  'removed, added changed': 'removed, added',
};

export class Changes {
  kinds = new Map();
  detail = { moved: [], reset: false, counted: false, fromViewer: true };

  note(kind, ids, fromViewer = false) {
    if (!kind || !ids.length) return;
    this.detail.fromViewer &&= fromViewer;
    for (const id of ids) this.kinds.set(id, THEN[`${this.kinds.get(id)} ${kind}`] ?? kind);
  }

  /** A comment that has another id now, and maybe another place. */
  moved(from, to) {
    const kind = this.kinds.get(from);
    this.kinds.delete(from);
    if (kind === 'added') this.kinds.set(to, kind);
    else this.detail.moved.push([from, to]);
  }

  /** Everything is another. */
  reset(ids) {
    this.kinds = new Map(ids.map((id) => [id, 'added']));
    Object.assign(this.detail, { moved: [], reset: true, fromViewer: false });
  }

  /** What to tell, if there is anything. */
  told() {
    const { kinds, detail } = this;
    const of = (kind) => [...kinds.keys()].filter((id) => kinds.get(id).includes(kind));
    const ids = { added: of('added'), changed: of('changed'), removed: of('removed') };
    const some = kinds.size || detail.moved.length || detail.reset || detail.counted;
    return some && { ...ids, ...detail };
  }
}
