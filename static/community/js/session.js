// A room over a connection: subscribe, resume by number, notice holes, send from the outbox. No page in here.

import { frames } from "./protocol.js";

const RESUB_MIN = 100;
const RESUB_JITTER = 400;

export class Session {
  // `on`: events(results), reset(why), live(), ephemeral(frame), lost(why), room(frame), refused(item|null, frame),
  // sent(item, frame), other(roomId, frame). `connect(handlers)` makes the connection.
  constructor({ room, others = [], state, outbox, on, connect, random = Math.random, timers = globalThis }) {
    Object.assign(this, { room, others, state, outbox, on, random, timers, ids: 0, waiting: new Map(), isLive: false, gone: false });
    this.line = connect({
      open: (hello) => this.opened(hello), frame: (frame) => this.take(frame),
      down: () => this.down(), stopped: (reason) => { this.down(); this.on.stopped(reason); },
    });
  }

  opened() { this.on.up?.(); this.subscribe(); }

  subscribe() {
    this.isLive = false;
    const mine = this.gone ? [] : [{ r: this.room, epoch: this.state.epoch || undefined, after: this.state.seq }];
    const rooms = [...mine, ...this.others.map((r) => ({ r }))];
    if (rooms.length) this.line.send(frames.sub(this.id(), rooms));
  }

  down() {
    this.isLive = false;
    this.outbox.lost();
    for (const [, pending] of this.waiting) pending.fail?.("offline");
    this.waiting.clear();
    this.on.down?.();
  }

  id() { this.ids += 1; return this.ids; }

  take(frame) {
    if ("r" in frame && frame.r !== this.room && frame.t !== "ok") { this.on.other?.(frame.r, frame); return; }
    const handler = this[`on_${frame.t}`];
    if (handler) handler.call(this, frame);
  }

  on_can(frame) { this.on.can?.(frame); }
  on_room(frame) { this.state.epoch = frame.epoch; this.on.room?.(frame); }
  on_evs(frame) { this.events(frame.list); }
  on_ev(frame) { this.events([frame]); }
  on_live() { this.isLive = true; this.on.live?.(); this.flush(); }
  on_eph(frame) { this.on.ephemeral?.(frame); }
  on_pres(frame) { this.on.ephemeral?.(frame); }
  on_unsub(frame) { this.gone = true; this.isLive = false; this.on.lost?.(frame.why); }
  on_hb(frame) { if ((frame.heads[this.room] ?? 0) > this.state.seq) this.resume(); }

  async on_reset(frame) {
    this.isLive = false;
    if (await this.on.reset(frame)) this.subscribe();
  }

  events(list) {
    const results = list.map((event) => this.state.apply(event));
    const done = results.filter((result) => result.verdict === "next");
    if (done.length) this.on.events(done);
    if (results.some((result) => result.verdict === "gap")) this.resume();
  }

  // A hole: ask again from the last number, once, a little later so that a whole room does not ask at the same moment.
  resume() {
    if (this.resuming) return;
    this.resuming = this.timers.setTimeout(() => { this.resuming = null; this.subscribe(); }, RESUB_MIN + this.random() * RESUB_JITTER);
  }

  // Send what waits, one at a time.
  flush() {
    if (!this.isLive) return;
    const item = this.outbox.next(this.room);
    if (!item) return;
    const id = this.id();
    if (!this.line.send(frames.send(id, item))) return;
    this.outbox.sending(item.cid);
    this.waiting.set(id, { cid: item.cid });
  }

  // Edit, del, react, pin: a promise of the ack. Rejects with the code.
  ask(kind, data) {
    const id = this.id();
    return new Promise((done, fail) => {
      if (!this.isLive || !this.line.send(frames[kind](id, data))) { fail("offline"); return; }
      this.waiting.set(id, { done, fail });
    });
  }

  on_ok(frame) {
    const pending = this.waiting.get(frame.id);
    this.waiting.delete(frame.id);
    if (pending?.cid && frame.held) { this.outbox.held(pending.cid); this.flush(); }
    else if (pending?.cid) { this.on.sent?.(this.outbox.acked(pending.cid), frame); this.flush(); }
    else pending?.done(frame);
  }

  on_err(frame) {
    const pending = this.waiting.get(frame.id);
    this.waiting.delete(frame.id);
    if (!pending?.cid) { pending?.fail?.(frame.code); return; }
    this.outbox.refused(pending.cid, frame);
    this.on.refused?.(this.outbox.find(pending.cid), frame);
    if (frame.retry) this.timers.setTimeout(() => this.flush(), (frame.after ?? 2) * 1000 + 50);
    else this.flush();
  }

  typing() { if (this.isLive) this.line.send(frames.typing(this.room)); }
  read(no) { return this.isLive && this.line.send(frames.read(this.room, no)); }
}
