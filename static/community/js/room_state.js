// What a room is: messages by id, changed by events in the order of their numbers. Pure, no page.

import { TOMBSTONES } from "./protocol.js";

const NOBODY = { id: "", name: "", tint: "", badge_zh: "", badge_en: "" };

// One line of the words in a piece of the server's HTML.
export const plain = (html) => html.replace(/<[^>]*>/g, " ").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"')
  .replace(/&#x27;|&#39;/g, "'").replace(/&amp;/g, "&").replace(/\s+/g, " ").trim();

// What stands for a part where there is one line alone; the server keeps the same (PartKind.line).
const LINES = { file: "name", poll: "question" };

// A message on one line: its words, or those of what hangs on it where it has none.
export const lineOf = ({ html, parts = [] }) => plain(html) || parts.map((part) => part[LINES[part.kind]]).filter(Boolean).join(", ");

// A number after the last one is next, a known one is old, a later one leaves a hole.
export function judge(seq, last) {
  if (seq <= last) return "old";
  return seq === last + 1 ? "next" : "gap";
}

export class RoomState {
  constructor({ seq = 0, epoch = "", state = "open", me = "" } = {}) {
    Object.assign(this, { seq, epoch, state, me });
    this.messages = new Map();
  }

  // Take the messages of a page: what stands in the database now. Older than what is here is put beside it.
  load(list) {
    for (const message of list) this.messages.set(message.mid, fresh(message));
  }

  replace({ head, epoch, messages, state }) {
    this.messages.clear();
    this.load(messages);
    this.seq = head;
    this.epoch = epoch;
    if (state) this.state = state;
  }

  // Apply one numbered event. Answers {verdict: "next" | "old" | "gap", changed: [mid, ...], kind}.
  apply({ seq, k, d }) {
    const verdict = judge(seq, this.seq);
    if (verdict !== "next") return { verdict, changed: [], kind: k };
    this.seq = seq;
    return { verdict, changed: this.reduce(k, d), kind: k, d };
  }

  reduce(kind, d) {
    if (kind === "room") { this.state = d.state; return []; }
    if (kind === "msg") {
      // A page that was loaded with this number already in it knows better than the event.
      if (this.messages.has(d.mid)) return [d.mid, ...this.grown(d)];
      const { root, ...message } = d;
      this.messages.set(d.mid, fresh(message));
      return [d.mid, ...this.grown(d)];
    }
    const message = this.messages.get(d.mid);
    const quoting = kind === "react" || kind === "pin" || kind === "part" ? [] : this.requote(d.mid, kind === "edit" || kind === "show" ? d.text : "", kind === "show" ? d.by.name : null);
    if (!message) return quoting;
    if (kind === "show") this.messages.set(d.mid, fresh({ ...d, mine: message.mine, mine_parts: message.mine_parts }));
    else if (kind === "edit") Object.assign(message, { html: d.html, edited: d.at });
    else if (kind === "react") stamp(message, d, this.me);
    else if (kind === "pin") message.pinned = d.on;
    else if (kind === "part") message.parts = d.parts;
    else bury(message, kind, d.why);
    return [d.mid, ...quoting];
  }

  // The message under which something was said counts it.
  grown(d) {
    const root = d.thread && this.messages.get(d.thread);
    if (!root) return [];
    root.under = d.root;
    return [root.mid];
  }

  // Answers that quote a message show its words as they are now.
  requote(mid, text, name = null) {
    const changed = [];
    for (const message of this.messages.values()) {
      if (message.reply?.mid !== mid) continue;
      message.reply = text ? { ...message.reply, text, ...(name === null ? {} : { name }) } : { ...message.reply, name: "", text: "" };
      changed.push(message.mid);
    }
    return changed;
  }

  inOrder() { return [...this.messages.values()].sort((a, b) => a.mid - b.mid); }
  get lastNo() { return Math.max(0, ...[...this.messages.values()].map((m) => m.no)); }
}

const fresh = (message) => ({
  edited: "", gone: "", why: "", pinned: false, thread: null, parts: [], mine_parts: {}, ...message, under: message.under ?? { n: 0, at: "" }, stamps: { ...message.stamps }, mine: [...(message.mine ?? [])],
});

function stamp(message, d, me) {
  if (d.n > 0) message.stamps[d.stamp] = d.n; else delete message.stamps[d.stamp];
  if (!me || d.by !== me) return;
  message.mine = message.mine.filter((s) => s !== d.stamp);
  if (d.on) message.mine.push(d.stamp);
}

function bury(message, kind, why) {
  message.gone = kind === "hide" ? "hidden" : (TOMBSTONES.has(why) ? why : "author");
  Object.assign(message, { html: "", reply: null, parts: [], edited: "", pinned: false, stamps: {}, mine: kind === "hide" ? message.mine : [], why: kind === "hide" ? why : "" });
  if (message.gone === "left") message.by = { ...NOBODY };
}

// Count of messages of others that nobody has read here: what the badge shows.
export const unreadAfter = (messages, readTo, me) => messages.filter((m) => m.no > readTo && m.by.id !== me).length;
