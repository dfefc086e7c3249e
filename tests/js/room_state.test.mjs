import assert from "node:assert/strict";
import { test } from "node:test";
import { RoomState, judge, plain, unreadAfter } from "../../static/community/js/room_state.js";
import { server } from "./samples.js";

const ME = "me-1";
const message = server["ev-msg"].d;
const start = () => {
  const state = new RoomState({ seq: 40, me: ME });
  state.apply(server["ev-msg"]);
  return state;
};

test("a number is next, old, or leaves a hole", () => {
  assert.equal(judge(41, 40), "next");
  assert.equal(judge(40, 40), "old");
  assert.equal(judge(42, 40), "gap");
});

test("an event is applied once, in order, and a hole is not jumped over", () => {
  const state = start();
  assert.equal(state.apply(server["ev-msg"]).verdict, "old");
  assert.equal(state.apply(server["ev-react"]).verdict, "gap");
  assert.equal(state.seq, 41);
  assert.equal(state.apply(server["ev-edit"]).verdict, "next");
  assert.equal(state.apply(server["ev-react"]).verdict, "next");
  assert.deepEqual(state.messages.get(71).stamps, { 妙: 12 });
  assert.equal(state.messages.get(71).html, "<p>开门了，先听。</p>");
});

test("my own stamp is mine by its author, in whichever window I set it", () => {
  const state = start();
  state.reduce("react", { mid: 71, stamp: "妙", n: 1, by: ME, on: true });
  assert.deepEqual(state.messages.get(71).mine, ["妙"]);
  state.reduce("react", { mid: 71, stamp: "妙", n: 0, by: ME, on: false });
  assert.deepEqual(state.messages.get(71).mine, []);
  assert.deepEqual(state.messages.get(71).stamps, {});
});

test("what is said under a message is counted by it, however often it is heard", () => {
  const state = start();
  const under = { ...message, mid: 72, no: null, thread: 71, root: { n: 1, at: message.at } };
  assert.deepEqual(state.reduce("msg", under), [72, 71]);
  state.reduce("msg", under);
  assert.deepEqual(state.messages.get(71).under, { n: 1, at: message.at });
  assert.equal("root" in state.messages.get(72), false);
  assert.equal(state.lastNo, message.no);
});

test("parts are replaced whole, and a tombstone has none", () => {
  const state = start();
  state.reduce("part", server["ev-part"].d);
  assert.equal(state.messages.get(71).parts[0].kind, "link");
  state.reduce("del", { mid: 71, why: "author" });
  assert.deepEqual(state.messages.get(71).parts, []);
});

test("a tombstone has no words, no stamps, no quote, and answers to it lose their quotation", () => {
  const state = start();
  state.reduce("msg", { ...message, mid: 72, no: 13, reply: { mid: 71, no: 12, name: "周其朗", text: "开门了" } });
  const changed = state.reduce("hide", { mid: 71, why: "unkind" });
  assert.deepEqual(changed, [71, 72]);
  assert.equal(state.messages.get(71).gone, "hidden");
  assert.equal(state.messages.get(71).html, "");
  assert.equal(state.messages.get(72).reply.text, "");
});

test("a message that stands again has its words, and so have the answers that quote it", () => {
  const state = start();
  state.reduce("msg", { ...message, mid: 72, no: 13, reply: { mid: 71, no: 12, name: "周其朗", text: "开门了" } });
  state.reduce("react", { mid: 71, stamp: "妙", n: 1, by: ME, on: true });
  state.reduce("hide", { mid: 71, why: "unkind" });
  const { d } = server["ev-show"];
  assert.deepEqual(state.reduce("show", d), [71, 72]);
  const again = state.messages.get(71);
  assert.deepEqual([again.gone, again.html, again.stamps, again.mine], ["", d.html, { 妙: 12 }, ["妙"]]);
  assert.deepEqual([state.messages.get(72).reply.name, state.messages.get(72).reply.text], [d.by.name, d.text]);
});

test("somebody who left takes their name along", () => {
  const state = start();
  state.reduce("del", { mid: 71, why: "left" });
  assert.equal(state.messages.get(71).by.name, "");
  assert.equal(state.messages.get(71).gone, "left");
});

test("a page that already holds a message is not overwritten by its first event", () => {
  const state = new RoomState({ seq: 40, me: ME });
  state.load([{ ...message, html: "<p>edited since</p>", edited: "x" }]);
  state.apply(server["ev-msg"]);
  assert.equal(state.messages.get(71).html, "<p>edited since</p>");
});

test("unread counts what others said after the pointer", () => {
  const list = [{ no: 1, by: { id: "a" } }, { no: 2, by: { id: ME } }, { no: 3, by: { id: "a" } }];
  assert.equal(unreadAfter(list, 1, ME), 1);
  assert.equal(unreadAfter(list, 0, ME), 2);
});

test("plain words come out of the server's HTML", () => {
  assert.equal(plain("<p>a &lt;b&gt; &amp;amp; <strong>c</strong></p>"), "a <b> &amp; c");
});
