import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff, MOST } from "../../static/community/js/backoff.js";
import { Connection } from "../../static/community/js/connection.js";
import { Outbox, memoryStore } from "../../static/community/js/outbox.js";
import { RoomState } from "../../static/community/js/room_state.js";
import { Session } from "../../static/community/js/session.js";
import { server } from "./samples.js";

class Timers {
  constructor() { this.jobs = []; }
  setTimeout(run, ms) { const job = { run, ms }; this.jobs.push(job); return job; }
  clearTimeout(job) { this.jobs = this.jobs.filter((other) => other !== job); }
  fire(test = () => true) { const due = this.jobs.filter(test); this.jobs = this.jobs.filter((job) => !due.includes(job)); due.forEach((job) => job.run()); }
}

class FakeSocket {
  static all = [];
  constructor() { this.sent = []; this.readyState = 1; FakeSocket.all.push(this); }
  send(text) { this.sent.push(JSON.parse(text)); }
  say(...frames) { for (const frame of frames) this.onmessage({ data: JSON.stringify(frame) }); }
  close() {}
  break(code) { this.readyState = 3; this.onclose({ code }); }
}

function setUp({ seq = 40 } = {}) {
  FakeSocket.all = [];
  const timers = new Timers();
  const seen = { events: [], resets: 0, lost: "", stopped: "", sent: [], refused: [] };
  const state = new RoomState({ seq, epoch: "e", me: "me" });
  let n = 0;
  const outbox = new Outbox(memoryStore(), { newId: () => `cid-${++n}` });
  const on = {
    events: (results) => seen.events.push(...results.map((r) => r.kind)), reset: async () => { seen.resets += 1; state.seq = 641; return true; },
    lost: (why) => { seen.lost = why; }, stopped: (why) => { seen.stopped = why; }, sent: (item) => seen.sent.push(item.cid), refused: (item, frame) => seen.refused.push(frame.code),
  };
  const session = new Session({ room: 3, state, outbox, on, timers, random: () => 0, connect: (handlers) => new Connection("ws://x", handlers, { Socket: FakeSocket, backoff: new Backoff(() => 0.5), timers }) });
  session.line.open();
  const socket = () => FakeSocket.all.at(-1);
  return { session, seen, state, outbox, timers, socket };
}

const hello = server.hello;
const room = server.room;

test("it resumes from its last number, applies the catch-up, and then sends what waits", () => {
  const { session, seen, state, outbox, socket } = setUp();
  outbox.add({ r: 3, body: "a" });
  socket().say(hello);
  assert.deepEqual(socket().sent.at(-1), { t: "sub", id: 1, rooms: [{ r: 3, epoch: "e", after: 40 }] });
  socket().say(room, server.evs);
  assert.equal(socket().sent.length, 1);
  socket().say(server.live);
  assert.equal(state.seq, 41);
  assert.deepEqual(seen.events, ["msg"]);
  assert.equal(socket().sent.at(-1).t, "send");
  socket().say({ ...server.ok, id: socket().sent.at(-1).id });
  assert.deepEqual(seen.sent, ["cid-1"]);
  assert.equal(session.waiting.size, 0);
});

test("a hole makes it ask again, once, from the last number", () => {
  const { state, timers, socket } = setUp({ seq: 41 });
  socket().say(hello, { ...room, head: 41 }, { ...server.live, seq: 41 }, server["ev-react"], server["ev-pin"]);
  assert.equal(state.seq, 41);
  timers.fire((job) => job.ms < 1000);
  const subs = socket().sent.filter((frame) => frame.t === "sub");
  assert.equal(subs.length, 2);
  assert.equal(subs[1].rooms[0].after, 41);
});

test("a heartbeat that knows a later head makes it ask too, and is answered", () => {
  const { timers, socket } = setUp({ seq: 40 });
  socket().say(hello, room, { ...server.live, seq: 40 }, server.hb);
  assert.equal(socket().sent.at(-1).t, "hb");
  timers.fire((job) => job.ms < 1000);
  assert.equal(socket().sent.at(-1).t, "sub");
});

test("the same cid goes out again after a broken line", () => {
  const { session, outbox, timers, socket } = setUp();
  socket().say(hello, room, server.live);
  outbox.add({ r: 3, body: "a" });
  session.flush();
  const first = socket().sent.at(-1);
  socket().break(1006);
  timers.fire();
  assert.equal(FakeSocket.all.length, 2);
  socket().say(hello, room, server.live);
  assert.equal(socket().sent.at(-1).cid, first.cid);
});

test("a reset loads the page again and then resumes from there", async () => {
  const { seen, socket } = setUp();
  socket().say(hello, room, server.reset);
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(seen.resets, 1);
  assert.equal(socket().sent.at(-1).rooms[0].after, 641);
});

test("a lost right ends the room and is not asked for again", () => {
  const { seen, session, outbox, timers, socket } = setUp();
  socket().say(hello, room, server.live, server.unsub);
  assert.equal(seen.lost, "ended");
  outbox.add({ r: 3, body: "a" });
  session.flush();
  socket().break(1006);
  timers.fire();
  socket().say(hello);
  assert.equal(socket().sent.length, 0);
});

test("a close that means it is final; any other is tried again with jitter below its ceiling", () => {
  const { seen, timers, socket } = setUp();
  socket().say(hello);
  socket().break(4008);
  timers.fire();
  assert.equal(FakeSocket.all.length, 2);
  socket().break(4001);
  timers.fire();
  assert.equal(FakeSocket.all.length, 2);
  assert.equal(seen.stopped, "signed_out");
});

test("bye says when to come back", () => {
  const { timers, socket } = setUp();
  socket().say(hello, server.bye);
  socket().break(1012);
  assert.ok(timers.jobs.some((job) => job.ms === server.bye.after_ms));
});

test("waits grow to thirty seconds and no further", () => {
  const waits = new Backoff(() => 1);
  const list = Array.from({ length: 9 }, () => waits.next());
  assert.deepEqual(list.slice(0, 3), [500, 1000, 2000]);
  assert.equal(list.at(-1), MOST);
});
