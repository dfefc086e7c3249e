// The stretch of a room, or of what stands under one message, that is on the page; and more of it, both ways.

export class History {
  // `where`: the query of the stretch that the page came with ("" for the newest). `thread`: the id of the message that
  // is talked under, or null; `root`: its number.
  constructor({ url, where, thread, root, state, view }) {
    Object.assign(this, { url, where, thread, root, state, view, older: null, later: null, busy: false });
  }

  // Whether a message belongs on this page now: what is said beyond a look back waits until one comes to it.
  shows(message) {
    if (this.thread) return message.mid === this.thread || message.thread === this.thread;
    return !message.thread && (!this.later || message.no <= this.later);
  }

  get onPage() { return this.state.inOrder().filter((message) => this.shows(message)); }

  async fetch(query) {
    const answer = await fetch(`${this.url}messages${query ? `?${query}` : ""}`, { headers: { Accept: "application/json" } }).catch(() => null);
    return answer?.ok ? answer.json() : null;
  }

  // The page is a snapshot; the same messages as data.
  async begin() {
    const data = await this.fetch(this.where);
    if (!data) return null;
    this.state.replace(data);
    Object.assign(this, { older: data.older, later: data.later });
    this.view.show(this.onPage);
    this.tidy();
    return data;
  }

  // The newest, whatever stood here before.
  async toLatest() {
    this.where = this.root ? `thread=${this.root}` : "";
    const data = await this.begin();
    if (!data) return null;
    for (const node of this.view.list.querySelectorAll(".msg[data-mid]")) if (!this.state.messages.has(Number(node.dataset.mid))) node.remove();
    return data;
  }

  async more(way) {
    const bound = this[way];
    if (this.busy || !bound) return false;
    this.busy = true;
    const data = await this.fetch(`${way === "older" ? "before" : "after"}=${bound}${this.root ? `&thread=${this.root}` : ""}`);
    this.busy = false;
    if (!data) return false;
    this.state.load(data.messages);
    this[way] = data[way];
    this.view.keepPlace(() => this.view.show(this.onPage));
    this.tidy();
    return true;
  }

  tidy() {
    if (!this.older) this.view.list.querySelector(".older:not(.row)")?.remove();
    if (!this.later) this.view.list.querySelector(".older.row")?.remove();
  }
}
