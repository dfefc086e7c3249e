import assert from "node:assert/strict";
import { test } from "node:test";
import { GIVE_UP_AFTER, Outbox, memoryStore } from "../../static/community/js/outbox.js";

function box(store = memoryStore()) {
  const clock = { at: 1000 };
  let n = 0;
  return { clock, store, outbox: new Outbox(store, { now: () => clock.at, newId: () => `cid-${++n}` }) };
}

test("messages go one at a time, in the order in which they were written", () => {
  const { outbox } = box();
  outbox.add({ r: 1, body: "a" });
  outbox.add({ r: 1, body: "b" });
  outbox.add({ r: 2, body: "c" });
  assert.equal(outbox.next(1).body, "a");
  outbox.sending("cid-1");
  assert.equal(outbox.next(1), null);
  assert.equal(outbox.next(2).body, "c");
  outbox.acked("cid-1");
  assert.equal(outbox.next(1).body, "b");
});

test("a lost line queues the same cid again", () => {
  const { outbox } = box();
  outbox.add({ r: 1, body: "a" });
  outbox.sending("cid-1");
  outbox.lost();
  assert.equal(outbox.next(1).cid, "cid-1");
});

test("what was on its way when the page closed is sent again with its cid by the next page", async () => {
  const first = box();
  first.outbox.add({ r: 1, body: "a" });
  first.outbox.sending("cid-1");
  const second = box(first.store);
  await second.outbox.restore();
  assert.equal(second.outbox.next(1).cid, "cid-1");
  second.outbox.acked("cid-1");
  assert.deepEqual(await first.store.all(), []);
});

test("a slow room keeps the cid and waits; a refusal makes a new cid when tried again", () => {
  const { outbox, clock } = box();
  outbox.add({ r: 1, body: "a" });
  outbox.sending("cid-1");
  outbox.refused("cid-1", { retry: true, code: "slow", after: 7 });
  assert.equal(outbox.next(1), null);
  clock.at += 7000;
  assert.equal(outbox.next(1).cid, "cid-1");
  outbox.refused("cid-1", { retry: false, code: "too_long" });
  assert.equal(outbox.next(1), null);
  assert.equal(outbox.again("cid-1").cid, "cid-2");
  assert.equal(outbox.next(1).cid, "cid-2");
});

test("a failed message does not hold up the next one", () => {
  const { outbox } = box();
  outbox.add({ r: 1, body: "a" });
  outbox.add({ r: 1, body: "b" });
  outbox.refused("cid-1", { retry: false, code: "closed" });
  assert.equal(outbox.next(1).body, "b");
});

test("after ten minutes an unsent message is given back as words", () => {
  const { outbox, clock } = box();
  outbox.add({ r: 1, body: "a" });
  clock.at += GIVE_UP_AFTER - 1;
  assert.deepEqual(outbox.expire(), []);
  clock.at += 1;
  assert.deepEqual(outbox.expire().map((item) => item.body), ["a"]);
  assert.equal(outbox.next(1), null);
});
