// Messages on their way: queued -> sending -> sent | held | failed. Pure logic over a store with put, remove and all.
//
// The same cid goes out again after a lost line, so that nothing is said twice; a refused one is given back to the
// writer. After ten minutes without luck an item goes back to the draft instead of appearing out of the blue tomorrow.

export const GIVE_UP_AFTER = 10 * 60 * 1000;

export class Outbox {
  constructor(store, { now = Date.now, newId = () => crypto.randomUUID(), changed = () => {} } = {}) {
    Object.assign(this, { store, now, newId, changed });
    this.items = [];
  }

  // What an earlier page left behind: sending becomes queued, for the line is new.
  async restore() {
    const kept = await this.store.all();
    this.items = kept.map((item) => (item.state === "sending" || item.state === "held" ? { ...item, asked: item.state === "held" || item.asked, state: "queued" } : item)).sort((a, b) => a.at - b.at || a.order - b.order);
    this.changed();
  }

  add({ r, body, reply = null, quote = null, thread = null, att = [], att_names = [] }) {
    const order = Math.max(0, ...this.items.map((item) => item.order)) + 1;
    const item = { cid: this.newId(), r, body, reply, quote, thread, att, att_names, state: "queued", at: this.now(), order, wait: 0, code: "" };
    this.items.push(item);
    this.keep(item);
    return item;
  }

  // The next to send in a room: one at a time, in order, so that sending order is room order.
  next(r) {
    const mine = this.items.filter((item) => item.r === r && item.state !== "failed" && item.state !== "held");
    const first = mine[0];
    return first?.state === "queued" && first.wait <= this.now() ? first : null;
  }

  sending(cid) { this.move(cid, { state: "sending" }); }

  acked(cid) {
    const item = this.find(cid);
    if (!item) return null;
    this.items = this.items.filter((other) => other !== item);
    this.store.remove(cid);
    this.changed();
    return { ...item, state: "sent" };
  }

  // The server said no. Retryable: the same cid again after so many seconds; otherwise it is the writer's turn.
  refused(cid, { retry, code, after = 2 }) {
    this.move(cid, retry ? { state: "queued", wait: this.now() + after * 1000, code } : { state: "failed", code });
  }

  // Taken in, and waiting for a moderator. It is asked again with every new page: by then it may be said, or refused.
  held(cid) { this.move(cid, { state: "held", code: "" }); }

  // The line broke: whatever was on its way is queued again, with its cid.
  lost() {
    for (const item of this.items) if (item.state === "sending") this.move(item.cid, { state: "queued" });
  }

  // Items that waited too long leave the outbox; their words come back to be offered as a draft.
  expire() {
    const old = this.items.filter((item) => item.state === "queued" && !item.asked && this.now() - item.at >= GIVE_UP_AFTER);
    for (const item of old) this.take(item.cid);
    return old;
  }

  // Try a failed one again. Its words were refused, so it is a new message with a new cid.
  again(cid) {
    const item = this.take(cid);
    return item && this.add(item);
  }

  take(cid) {
    const item = this.find(cid);
    if (item) this.acked(cid);
    return item ?? null;
  }

  find(cid) { return this.items.find((item) => item.cid === cid); }

  move(cid, change) {
    const item = this.find(cid);
    if (!item) return;
    Object.assign(item, change);
    this.keep(item);
  }

  keep(item) { this.store.put({ ...item }); this.changed(); }
}

// A store for pages without IndexedDB (private windows): kept as long as the page is.
export function memoryStore() {
  const rows = new Map();
  return { put: (item) => rows.set(item.cid, item), remove: (cid) => rows.delete(cid), all: async () => [...rows.values()] };
}
