// The list of messages as elements: cloned from the server's own template, filled by text, never by markup except for
// the message's HTML, which the server has made and sanitised.

import { showParts } from "./parts.js";

const MINUTES_5 = 5 * 60 * 1000;
const SHOW_BADGE = { zh: "badge_zh", en: "badge_en" };

export class View {
  // `url` is the room's; `thread` the message that is talked under, if one is.
  constructor({ list, stream, template, words, me, language, zone, today, url, thread = null, unheard = new Set() }) {
    Object.assign(this, { list, stream, template, words, me, language, today, url, thread, unheard });
    this.suffix = language.startsWith("zh") ? "zh" : "en";
    this.clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
    this.dayKey = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone: zone });
    this.dayName = new Intl.DateTimeFormat(language, { month: "long", day: "numeric", timeZone: zone });
  }

  node(mid) { return this.list.querySelector(`.msg[data-mid="${mid}"]`); }
  pending(cid) { return this.list.querySelector(`.msg[data-cid="${cid}"]`); }
  get atEnd() { return Math.abs(this.stream.scrollTop) < 60; }
  toEnd() { this.stream.scrollTop = 0; }

  // Do something to the list without moving what is being read.
  keepPlace(change) {
    const top = this.stream.getBoundingClientRect().top;
    const anchor = [...this.list.querySelectorAll(".msg")].find((node) => node.getBoundingClientRect().bottom > top);
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor) this.stream.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  // Put messages (in the order of saying) where they belong; those that are there already are only filled again.
  show(messages) {
    for (const message of messages) {
      const known = this.node(message.mid);
      if (known) { this.fill(known, message); continue; }
      const node = this.make(message);
      const after = this.before(message.mid);
      if (after) after.after(node); else this.firstPlace(node);
      this.list.querySelector("[data-empty]")?.remove();
    }
    this.order();
  }

  make(message) {
    const node = this.template.content.firstElementChild.cloneNode(true);
    node.id = message.no ? `m${message.no}` : `r${message.mid}`;
    Object.assign(node.dataset, { mid: message.mid, no: message.no ?? "", by: message.by.id, at: message.at });
    this.fill(node, message);
    return node;
  }

  before(mid) {
    let found = null;
    for (const node of this.list.querySelectorAll(".msg[data-mid]:not([data-cid])")) {
      if (Number(node.dataset.mid) < mid) found = node; else break;
    }
    return found;
  }

  firstPlace(node) {
    const older = this.list.querySelector(".older:not(.row)");
    if (older) older.after(node); else this.list.prepend(node);
  }

  slot(node, name) { return node.querySelector(`[data-slot="${name}"]`); }

  fill(node, message) {
    const own = message.by.id !== "" && message.by.id === this.me;
    node.toggleAttribute("data-own", own);
    node.toggleAttribute("data-gone", Boolean(message.gone));
    node.toggleAttribute("data-unheard", this.unheard.has(message.by.id));
    node.dataset.by = message.by.id;
    this.face(node, message.by, message.gone);
    this.slot(node, "you").hidden = !own;
    const when = this.slot(node, "time");
    when.dateTime = message.at;
    when.textContent = this.clock.format(new Date(message.at));
    this.slot(node, "edited").hidden = !message.edited;
    this.quote(node, message.reply);
    const body = this.slot(node, "body");
    if (message.gone) this.tomb(body, message); else body.innerHTML = message.html;
    showParts(this.slot(node, "parts"), message, { words: this.words, language: this.language, url: this.url, me: this.me });
    this.under(node, message);
    this.stamps(this.slot(node, "stamps"), message);
    const tools = node.querySelector(".tools");
    tools.hidden = Boolean(message.gone) || !this.me;
    const ref = message.no || `r${message.mid}`;
    for (const [act, href] of [["stamp", `${this.url}m/${ref}/#stamps`], ["reply", `?reply=${message.no}#say`], ["more", `${this.url}m/${ref}/`]]) {
      tools.querySelector(`[data-act="${act}"]`).setAttribute("href", href);
    }
    this.quiet(node, node.contains(document.activeElement));
  }

  // How much is said under it.
  under(node, message) {
    const link = this.slot(node, "thread");
    const n = message.under?.n ?? 0;
    link.hidden = !n || Boolean(this.thread);
    if (!n) return;
    link.setAttribute("href", `${this.url}t/${message.no}/`);
    link.textContent = n === 1 ? this.words.say("under1") : this.words.say("under", { n });
  }

  // One tab stop for the whole list: what hangs on a message is reached once the message itself has the focus.
  quiet(node, open = false) {
    for (const control of node.querySelectorAll(".tools a, .stamps button, .reply, .thread-line, .hung a, .hung button")) control.tabIndex = open ? 0 : -1;
  }

  face(node, by, gone) {
    const face = this.slot(node, "face");
    face.textContent = ([...by.name].find((c) => /[\p{L}\p{N}]/u.test(c)) ?? "·").toUpperCase();
    if (by.tint) face.dataset.tint = by.tint; else delete face.dataset.tint;
    this.slot(node, "name").textContent = by.name || (gone ? this.words.say("somebody") : "");
    const badge = this.slot(node, "badge");
    badge.textContent = by[SHOW_BADGE[this.suffix]] || by.badge_zh || by.badge_en || "";
    badge.hidden = !badge.textContent;
  }

  quote(node, reply) {
    const link = this.slot(node, "reply");
    link.hidden = !reply;
    if (!reply) return;
    link.setAttribute("href", `#m${reply.no}`);
    link.querySelector("b").textContent = reply.name;
    link.querySelector("span").textContent = reply.text || this.words.say("gone_quote");
  }

  tomb(body, message) {
    const line = document.createElement("p");
    line.textContent = this.words.say(`gone_${message.gone}`, { reason: this.words.say(`reason_${message.why}`) });
    body.replaceChildren(line);
  }

  stamps(place, message) {
    const buttons = Object.entries(message.stamps).map(([stamp, n]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "stamp";
      button.dataset.stamp = stamp;
      button.setAttribute("aria-pressed", String(message.mine.includes(stamp)));
      button.setAttribute("aria-label", this.words.say("stamp_n", { label: this.words.say(`stamp_${stamp}`), n }));
      const mark = document.createElement("i");
      mark.setAttribute("aria-hidden", "true");
      mark.textContent = stamp;
      const count = document.createElement("span");
      count.textContent = n;
      button.append(mark, count);
      return button;
    });
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.stamp : null;
    place.replaceChildren(...buttons);
    if (focused) place.querySelector(`[data-stamp="${focused}"]`)?.focus();
  }

  // Runs and days follow from the order of the messages.
  order() {
    let previous = null;
    for (const node of [...this.list.children]) {
      if (node.matches(".unread")) { previous = null; continue; }
      if (node.matches(".day")) { this.keepDay(node); previous = null; continue; }
      if (!node.matches(".msg")) continue;
      const day = this.dayKey.format(new Date(node.dataset.at));
      if (day !== this.dayBefore(node)) { node.before(this.day(node.dataset.at, day)); previous = null; }
      const close = previous && node.dataset.by && previous.dataset.by === node.dataset.by && !previous.hasAttribute("data-gone")
        && new Date(node.dataset.at) - new Date(previous.dataset.at) < MINUTES_5 && this.slot(node, "reply").hidden && this.slot(previous, "thread").hidden;
      node.toggleAttribute("data-run", Boolean(close));
      previous = node;
    }
  }

  // A day's line that lost its first message to an older page is made anew by the one before it.
  keepDay(node) {
    let before = node.previousElementSibling;
    while (before && !before.matches(".day, .msg")) before = before.previousElementSibling;
    if (before?.matches(".msg") && this.dayKey.format(new Date(before.dataset.at)) === node.dataset.day) node.remove();
  }

  dayBefore(node) {
    let before = node.previousElementSibling;
    while (before && !before.matches(".day, .msg")) before = before.previousElementSibling;
    if (!before) return "";
    return before.matches(".day") ? before.dataset.day : this.dayKey.format(new Date(before.dataset.at));
  }

  day(at, key) {
    const line = document.createElement("li");
    line.className = "day";
    line.dataset.day = key;
    const words = document.createElement("span");
    words.textContent = this.dayName.format(new Date(at));
    line.append(words);
    return line;
  }

  // Messages that are not acked stand at the end, plainly on their way.
  showPending(items, me) {
    for (const node of this.list.querySelectorAll(".msg[data-cid]")) {
      if (!items.some((item) => item.cid === node.dataset.cid)) node.remove();
    }
    for (const item of items) {
      const node = this.pending(item.cid) ?? this.makePending(item, me);
      const state = this.slot(node, "state");
      node.dataset.pending = item.state;
      state.hidden = false;
      state.textContent = this.words.say(item.state) + (item.code && this.words.has(`err_${item.code}`) ? ` · ${this.words.say(`err_${item.code}`, { n: Math.max(1, Math.ceil((item.wait - Date.now()) / 1000)) })}` : "");
      if (item.state === "failed") state.append(" ", this.button("retry", item.cid), " ", this.button("to_draft", item.cid));
    }
    this.order();
  }

  makePending(item, me) {
    const node = this.template.content.firstElementChild.cloneNode(true);
    Object.assign(node.dataset, { cid: item.cid, by: me.id, at: new Date(item.at).toISOString() });
    delete node.dataset.mid;
    delete node.dataset.no;
    this.fill(node, { no: 0, by: me, at: node.dataset.at, html: "", reply: item.quote, stamps: {}, mine: [], gone: "", edited: "" });
    const text = document.createElement("p");
    text.textContent = [item.body, ...(item.att_names ?? [])].filter(Boolean).join(" · ");
    this.slot(node, "body").replaceChildren(text);
    node.querySelector(".tools").hidden = true;
    const end = this.list.querySelector(".older.row");
    if (end) end.before(node); else this.list.append(node);
    return node;
  }

  button(act, cid) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.dataset.pendingAct = act;
    button.dataset.for = cid;
    button.textContent = this.words.say(act);
    return button;
  }

  unreadLine(n, beforeNo) {
    this.list.querySelector("[data-unread]")?.remove();
    const first = [...this.list.querySelectorAll(".msg[data-no]")].find((node) => Number(node.dataset.no) > beforeNo && node.dataset.by !== this.me);
    if (!first) return;
    const line = document.createElement("li");
    line.className = "unread";
    line.dataset.unread = "";
    const words = document.createElement("span");
    words.textContent = this.words.say("unread_below", { n });
    line.append(words);
    first.before(line);
  }
}
