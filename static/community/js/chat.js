// <yaji-chat>: the room's page, alive. Without this file the page reads, and its form posts.

import { Announcer } from "./announcer.js";
import { Company } from "./company.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Dialogs } from "./dialogs.js";
import { History } from "./history.js";
import { Outbox, memoryStore } from "./outbox.js";
import { RoomState, lineOf } from "./room_state.js";
import { Session } from "./session.js";
import { openStore } from "./store.js";
import { View } from "./view.js";
import { Words } from "./words.js";

const READ_AFTER = 1200;
const LONG_PRESS = 500;
const OTHER_ROOMS = 20;
const find = (root, name) => root.querySelector(`[data-${name}]`);

class YajiChat extends HTMLElement {
  async connectedCallback() {
    if (this.begun) return;
    this.begun = true;
    const set = this.dataset;
    this.room = Number(set.room);
    this.me = set.me;
    this.can = new Set(set.can.split(" "));
    this.unheard = new Set((set.unheard ?? "").split(" ").filter(Boolean));
    this.words = new Words(find(this, "words"));
    this.state = new RoomState({ seq: Number(set.head), epoch: set.epoch, me: this.me });
    this.thread = Number(set.thread) || null;
    this.view = new View({ url: set.url, thread: this.thread, list: find(this, "messages"), stream: find(this, "stream"), template: find(this, "message"), words: this.words, me: this.me, language: set.language, zone: set.zone, today: set.today, unheard: this.unheard });
    this.history = new History({ url: set.url, where: set.where, thread: this.thread, root: Number(set.root) || null, state: this.state, view: this.view });
    this.announcer = new Announcer(find(this, "announcer"), find(this, "alarm"), this.words);
    this.company = new Company({ count: find(this, "here-count"), list: document.querySelector("[data-people]"), typing: find(this, "typing"), words: this.words, me: this.me });
    this.readTo = Number(set.readTo);
    this.unread = 0;
    const store = this.me ? await openStore(this.me) : memoryStore();
    this.outbox = new Outbox(store, { changed: () => this.showPending() });
    await this.history.begin();
    this.begin();
    await this.outbox.restore();
    this.session.flush();
    this.toUnread();
  }

  disconnectedCallback() { this.session?.line.close(); clearInterval(this.clock); }

  begin() {
    const url = new URL(this.dataset.socket, location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const others = [...document.querySelectorAll("[data-room-line]:not([data-locked])")].map((a) => Number(a.dataset.roomLine)).filter((r) => r !== this.room).slice(0, OTHER_ROOMS);
    this.session = new Session({
      room: this.room, others, state: this.state, outbox: this.outbox, on: this.handlers(),
      connect: (handlers) => new Connection(url.href, handlers),
    });
    const form = find(this, "composer");
    if (form) this.composer = new Composer(form, { me: this.me, words: this.words, room: this.thread ? `${this.room}-${this.thread}` : this.room, send: (words) => this.say(words), typing: () => this.session.typing() });
    this.dialogs = new Dialogs(this, { session: this.session, state: this.state, words: this.words, url: this.dataset.url, me: this.me, can: this.can, say: (text) => this.line(text, true), reply: (message) => this.answer(message), blocked: (id) => this.unhear(id), thread: this.thread });
    this.listen();
    this.session.line.open();
    this.clock = setInterval(() => this.tick(), 5000);
    addEventListener("online", () => this.session.line.open());
    addEventListener("pagehide", () => this.session.line.close(), { once: true });
  }

  handlers() {
    return {
      up: () => { if (this.wasDown) this.announcer.alert(this.words.say("online")); this.wasDown = false; this.line(""); },
      down: () => { this.downSince ??= setTimeout(() => this.showDown(), 1500); },
      live: () => { clearTimeout(this.downSince); this.downSince = null; this.toggleAttribute("data-live", true); this.markRead(); },
      stopped: (reason) => { this.line(this.words.say(reason)); this.announcer.alert(this.words.say(reason)); },
      room: (frame) => this.may(frame.can),
      can: (frame) => this.may(frame.can),
      events: (results) => this.applied(results),
      reset: () => this.reload(),
      ephemeral: (frame) => this.company.take(frame),
      lost: (why) => this.shutOut(why),
      sent: (item, frame) => { if (item) this.view.toEnd(); if (frame.unseen) this.unseen(frame.unseen); },
      refused: (item, frame) => { if (frame.code === "overdue") this.overdue(item); else if (frame.code === "barred") this.barred(item); else if (!frame.retry) this.announcer.alert(this.words.say(`err_${frame.code}`, { n: frame.after ?? "" })); },
      other: (room, frame) => this.otherRoom(room, frame),
    };
  }

  showDown() {
    this.wasDown = true;
    this.toggleAttribute("data-live", false);
    this.line(this.words.say("offline"));
    this.announcer.alert(this.words.say("offline"));
  }

  async reload() {
    const data = await this.history.toLatest();
    if (!data) this.session.resume();
    return Boolean(data);
  }

  // Numbered events: fill what changed, say what is new.
  applied(results) {
    const wasAtEnd = this.atEnd;
    const changed = new Set(results.flatMap((result) => result.changed));
    this.view.show([...changed].map((mid) => this.state.messages.get(mid)).filter((m) => m && this.history.shows(m)).sort((a, b) => a.mid - b.mid));
    for (const { kind, d } of results) {
      if (kind === "msg") this.arrived(d);
      else if (kind === "pin" || kind === "del" || kind === "hide") this.pin(d, kind);
      else if (kind === "room" && "quiet" in d) this.quiet(d.quiet);
      else if (kind === "room" && d.state !== "open") this.composer?.shut(this.words.say("err_closed"));
    }
    if (wasAtEnd) this.view.toEnd();
    if (this.thread) return;
    if (document.hidden || !wasAtEnd) this.countUnread(); else this.markRead();
  }

  get atEnd() { return this.view.atEnd && !this.history.later; }

  unseen(names) {
    const text = this.words.say("unseen", { names: names.join(", ") });
    this.line(text, true);
    this.announcer.alert(text);
  }

  quiet(until) {
    const text = until ? this.words.say("quiet_on", { time: this.view.clock.format(new Date(until)) }) : "";
    this.querySelector("[data-quiet]")?.remove();
    this.line(text);
    if (text) this.announcer.alert(text);
  }

  arrived(d) {
    if (d.by.id === this.me) {
      if (this.outbox.find(d.cid)) this.outbox.acked(d.cid);
      return;
    }
    if (this.unheard.has(d.by.id) || !this.history.shows(d)) return;
    this.announcer.message(d.by.name, lineOf(d).slice(0, 160));
  }

  pin(d, kind) {
    const place = find(this, "pins");
    place.querySelector(`[data-pin="${d.mid}"]`)?.remove();
    if (kind !== "pin" || !d.on) return;
    const line = document.createElement("p");
    line.className = "pinned";
    line.dataset.pin = d.mid;
    const words = document.createElement("span");
    const name = document.createElement("b");
    name.textContent = d.name;
    words.append(name, " ", d.text);
    line.append(words);
    place.prepend(line);
  }

  async say({ body, quote, att = [] }) {
    this.outbox.add({ r: this.room, body, reply: quote?.mid ?? null, quote, thread: this.thread, att: att.map((one) => one.id), att_names: att.map((one) => one.name) });
    this.session.flush();
    if (this.history.later) await this.reload();
    this.view.toEnd();
  }

  unhear(id) {
    this.unheard.add(id);
    for (const node of this.view.list.querySelectorAll(`.msg[data-by="${id}"]`)) node.toggleAttribute("data-unheard", true);
  }

  answer(message) {
    this.composer?.answer({ mid: message.mid, no: message.no, name: message.by.name, text: this.dialogs.text(message) });
  }

  showPending() {
    if (!this.outbox) return;
    const me = { id: this.me, name: this.dataset.myName, tint: "", badge_zh: "", badge_en: "" };
    this.view.showPending(this.outbox.items.filter((item) => item.r === this.room && (item.thread ?? null) === this.thread), me);
  }

  // --- reading

  toUnread() {
    if ("past" in this.dataset) {
      const asked = this.view.list.querySelector(`.msg[data-no="${this.dataset.past}"]`) ?? this.view.list.querySelector(".msg");
      asked?.scrollIntoView({ block: "center", behavior: "instant" });
      return;
    }
    const line = find(this, "unread");
    if (line) line.scrollIntoView({ block: "center", behavior: "instant" }); else this.view.toEnd();
  }

  markRead() {
    if (document.hidden || !this.me || !this.atEnd || this.thread) return;
    clearTimeout(this.reading);
    this.reading = setTimeout(() => {
      const no = this.state.lastNo;
      if (no > this.readTo && this.session.read(no)) this.readTo = no;
      this.title(0);
    }, READ_AFTER);
  }

  countUnread() {
    const fresh = [...this.state.messages.values()].filter((m) => (m.no ?? 0) > this.readTo && m.by.id !== this.me).length;
    if (fresh && !find(this.view.list, "unread")) this.view.unreadLine(fresh, this.readTo);
    this.title(fresh);
  }

  title(n) {
    this.baseTitle ??= document.title;
    document.title = n ? `(${n}) ${this.baseTitle}` : this.baseTitle;
  }

  otherRoom(room, frame) {
    if (frame.t !== "ev" || frame.k !== "msg" || frame.d.by.id === this.me || frame.d.thread || this.unheard.has(frame.d.by.id)) return;
    const line = document.querySelector(`[data-room-line="${room}"]`);
    const count = line?.querySelector('[data-slot="count"]');
    if (!count) return;
    const n = (Number(count.firstElementChild.textContent) || 0) + 1;
    count.hidden = false;
    count.firstElementChild.textContent = n;
    count.lastElementChild.textContent = this.words.say("unread", { n });
    line.querySelector('[data-slot="last"]').textContent = `${frame.d.by.name}: ${lineOf(frame.d)}`;
    line.querySelector('[data-slot="last-at"]').textContent = this.view.clock.format(new Date(frame.d.at));
  }

  // --- the page

  line(text, passing = false) {
    const place = find(this, "line");
    clearTimeout(this.passing);
    place.textContent = text;
    place.hidden = !text;
    if (passing) this.passing = setTimeout(() => { place.hidden = true; }, 6000);
  }

  // What one may do here: told on coming in, and whenever it changes.
  may(words) {
    const wrote = this.can.has("write");
    this.can = new Set(words);
    this.dialogs.can = this.can;
    if (wrote === this.can.has("write")) return;
    if (wrote) this.shut(this.words.say("may_not"), location.href, this.words.say("reload"));
    else this.offer(this.words.say("may_again"), location.href, this.words.say("reload"));
  }

  shutOut(why) {
    if (why === "barred") this.shut(this.words.say("lost_barred"), this.dataset.notices, this.words.say("to_notices"));
    else this.shut(this.words.say(why === "ended" ? "lost_ended" : "lost_none"), this.dataset.join, this.words.say("renew"));
    this.toggleAttribute("data-live", false);
  }

  // Money is missing behind the seat: listening goes on, speaking does not; what was being said goes back to its draft.
  overdue(item) {
    if (item) { this.outbox.take(item.cid); this.composer?.giveBack(item); }
    this.shut(this.words.say("err_overdue"), this.dataset.account, this.words.say("to_account"));
  }

  // A decision of the moderators came while the room was open.
  barred(item) {
    if (item) { this.outbox.take(item.cid); this.composer?.giveBack(item); }
    this.shut(this.words.say("err_barred"), this.dataset.notices, this.words.say("to_notices"));
  }

  shut(text, href, words) {
    this.offer(text, href, words);
    this.composer?.shut(text);
  }

  offer(text, href, words) {
    this.line(`${text} `);
    const link = document.createElement("a");
    link.href = href;
    link.textContent = words;
    find(this, "line").append(link);
    this.announcer.alert(text);
  }

  tick() {
    const old = this.outbox.expire().filter((item) => item.r === this.room);
    for (const item of old) this.composer?.giveBack(item);
    if (old.length) this.line(this.words.say("draft_back"), true);
    this.session.flush();
  }

  listen() {
    this.addEventListener("click", (event) => this.click(event));
    this.view.stream.addEventListener("keydown", (event) => this.move(event));
    for (const node of this.view.list.querySelectorAll(".msg")) this.view.quiet(node);
    this.view.list.addEventListener("focusin", (event) => this.rove(event.target.closest(".msg")));
    this.view.stream.addEventListener("scroll", () => { this.markRead(); this.nearEnds(); }, { passive: true });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) { this.session.line.open(); this.markRead(); } });
    this.press();
  }

  click(event) {
    const node = event.target.closest(".msg");
    const act = event.target.closest("[data-act]")?.dataset.act;
    const stamp = event.target.closest(".stamp[data-stamp]");
    const pending = event.target.closest("[data-pending-act]");
    if (pending) this.settle(pending);
    else if (stamp && node && this.me) { event.stopPropagation(); this.dialogs.stamp(this.state.messages.get(Number(node.dataset.mid)), stamp.dataset.stamp); }
    else if (act === "older" || act === "later") { event.preventDefault(); this.history.more(act); }
    else if (event.target.closest(".reply")) this.toQuoted(event);
    else if (node && this.me && (act === "more" || act === "stamp")) { event.preventDefault(); this.dialogs.open(Number(node.dataset.mid), event.target.closest("a")); }
    else if (node && act === "reply" && this.composer) { event.preventDefault(); this.answer(this.state.messages.get(Number(node.dataset.mid))); }
  }

  // The message that is quoted may lie beyond what is on the page.
  toQuoted(event) {
    const hash = event.target.closest(".reply").getAttribute("href");
    if (document.getElementById(hash.slice(1)) || !/^#m\d+$/.test(hash)) return;
    event.preventDefault();
    location.href = `${this.dataset.url}?at=${hash.slice(2)}${hash}`;
  }

  settle(button) {
    if (button.dataset.pendingAct === "retry") { this.outbox.again(button.dataset.for); this.session.flush(); return; }
    const item = this.outbox.take(button.dataset.for);
    if (item) this.composer?.giveBack(item);
  }

  rove(node) {
    if (node === this.roved) return;
    if (this.roved) this.view.quiet(this.roved);
    this.roved = node;
    if (node) this.view.quiet(node, true);
  }

  // One tab stop for the list; arrows go from message to message, Enter opens what can be done to one.
  move(event) {
    const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
    const node = event.target.closest(".msg");
    if (event.target === this.view.stream && step) {
      event.preventDefault();
      [...this.view.list.querySelectorAll(".msg")].at(-1)?.focus();
      return;
    }
    if (event.key === "Enter" && node === event.target && this.me) {
      event.preventDefault(); // else the same key presses the first button of what it opened
      this.dialogs.open(Number(node.dataset.mid), node);
    }
    if (!step || !node || event.target !== node) return;
    event.preventDefault();
    let other = node[step];
    while (other && !other.matches(".msg")) other = other[step];
    other?.focus();
  }

  // A long press opens what a pointer finds beside the message.
  press() {
    let timer = null;
    const stop = () => clearTimeout(timer);
    this.view.list.addEventListener("pointerdown", (event) => {
      const node = event.target.closest(".msg[data-mid]");
      if (!node || event.pointerType === "mouse" || !this.me) return;
      timer = setTimeout(() => this.dialogs.open(Number(node.dataset.mid), node), LONG_PRESS);
    });
    for (const kind of ["pointerup", "pointercancel", "pointermove"]) this.view.list.addEventListener(kind, stop, { passive: true });
  }

  // Reading comes near an end of what is on the page: there is more, both ways.
  nearEnds() {
    const { scrollTop, scrollHeight, clientHeight } = this.view.stream;
    if (scrollHeight - clientHeight - Math.abs(scrollTop) < 300) this.history.more("older");
    if (Math.abs(scrollTop) < 300) this.history.more("later");
  }
}

customElements.define("yaji-chat", YajiChat);
