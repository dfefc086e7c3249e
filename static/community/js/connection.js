// One socket that comes back by itself, unless the server said that it should not.

import { Backoff } from "./backoff.js";
import { CLOSE, encode, finalReason, parse } from "./protocol.js";

const SILENCE = 2.4; // heartbeats without a word, then the line counts as dead

export class Connection {
  // `on` has open(), frame(frame), down(), stopped(reason).
  constructor(url, on, { Socket = globalThis.WebSocket, backoff = new Backoff(), timers = globalThis } = {}) {
    Object.assign(this, { url, on, Socket, backoff, timers, socket: null, stopped: false, beat: 25, after: null });
  }

  open() {
    if (this.stopped || this.socket) return;
    this.timers.clearTimeout(this.retry);
    const socket = this.socket = new this.Socket(this.url);
    socket.onmessage = (event) => { if (socket === this.socket) this.take(event.data); };
    socket.onclose = (event) => { if (socket === this.socket) this.lost(event.code); };
    this.listen();
  }

  take(data) {
    this.listen();
    const frame = parse(data);
    if (!frame) return;
    if (frame.t === "hello") { this.beat = frame.hb; this.backoff.reset(); this.on.open(frame); }
    else if (frame.t === "hb") this.send({ t: "hb" });
    else if (frame.t === "bye") this.after = frame.after_ms;
    if (frame.t !== "hello") this.on.frame(frame);
  }

  listen() {
    this.timers.clearTimeout(this.silence);
    this.silence = this.timers.setTimeout(() => this.drop(), this.beat * 1000 * SILENCE);
  }

  // Give the socket up at once; a dead line may take minutes to say that it is dead.
  drop() {
    const socket = this.socket;
    if (!socket) return;
    this.lost(0);
    socket.close();
  }

  lost(code) {
    this.socket = null;
    this.timers.clearTimeout(this.silence);
    const reason = finalReason(code);
    if (reason) { this.stopped = true; this.on.stopped(reason); return; }
    this.on.down(code);
    const wait = this.after ?? (code === CLOSE.FLOODING ? 10000 : this.backoff.next());
    this.after = null;
    this.retry = this.timers.setTimeout(() => this.open(), wait);
  }

  send(frame) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(encode(frame));
    return true;
  }

  close() {
    this.stopped = true;
    this.timers.clearTimeout(this.retry);
    this.timers.clearTimeout(this.silence);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}
