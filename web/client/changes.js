// What has changed since the page was last told.

export class Changes {
  /** Whether the number of comments is another. */
  counted = false;
  #kinds = new Map();
  #moved = [];
  #reset = false;
  #fromViewer = true;

  get none() {
    return !this.#kinds.size && !this.#moved.length && !this.#reset && !this.counted;
  }

  note(kind, ids, fromViewer = false) {
    if (!kind || !ids.length) return;
    this.#fromViewer &&= fromViewer;
    for (const id of ids) this.#set(id, kind);
  }

  /** A comment that has another id now, and maybe another place. */
  moved(from, to) {
    if (this.#kinds.delete(from)) this.#kinds.set(to, 'added');
    else this.#moved.push([from, to]);
  }

  /** Everything is another. */
  reset(ids) {
    this.#kinds = new Map(ids.map((id) => [id, 'added']));
    this.#moved = [];
    this.#reset = true;
    this.#fromViewer = false;
  }

  get detail() {
    const of = (kind) => [...this.#kinds.keys()].filter((id) => this.#kinds.get(id) === kind);
    return {
      added: of('added'),
      changed: of('changed'),
      removed: of('removed'),
      moved: this.#moved,
      reset: this.#reset,
      counted: this.counted,
      fromViewer: this.#fromViewer,
    };
  }

  #set(id, kind) {
    const before = this.#kinds.get(id);
    if (before === 'added' && kind === 'removed') this.#kinds.delete(id);
    else if (before === 'removed' && kind === 'added') this.#kinds.set(id, 'changed');
    else if (before !== 'added' || kind !== 'changed') this.#kinds.set(id, kind);
  }
}
