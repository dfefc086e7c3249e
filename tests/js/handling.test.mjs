import assert from "node:assert/strict";
import { test } from "node:test";
import { handle } from "../../static/editorial/js/handling.js";

class Place extends EventTarget {
  setPointerCapture() {}
  matches() { return this.focused ?? false; }
  send(type, fields = {}) {
    const event = Object.assign(new Event(type, { cancelable: true }), fields);
    this.dispatchEvent(event);
    return event;
  }
}

function handled(options = {}) {
  const place = new Place(), moves = [], factors = [];
  let wholes = 0;
  handle(place, { move: (...by) => moves.push(by), nearer: (factor) => factors.push(factor), whole: () => { wholes += 1; }, ...options });
  return { place, moves, factors, wholes: () => wholes };
}

test("a drag moves by what the pointer moves, and only while it is down", () => {
  const { place, moves } = handled();
  place.send("pointermove", { pointerId: 1, clientX: 50, clientY: 50 });
  place.send("pointerdown", { pointerId: 1, button: 0, clientX: 10, clientY: 10 });
  place.send("pointermove", { pointerId: 1, clientX: 25, clientY: 8 });
  place.send("pointerup", { pointerId: 1 });
  place.send("pointermove", { pointerId: 1, clientX: 90, clientY: 90 });
  assert.deepEqual(moves, [[15, -2]]);
});

test("two fingers come nearer by how far they part", () => {
  const { place, moves, factors } = handled();
  place.send("pointerdown", { pointerId: 1, button: 0, clientX: 0, clientY: 0 });
  place.send("pointerdown", { pointerId: 2, button: 0, clientX: 100, clientY: 0 });
  place.send("pointermove", { pointerId: 2, clientX: 200, clientY: 0 });
  assert.deepEqual([moves, factors], [[], [2]]);
});

test("arrows move, plus and minus come nearer, nought shows all; other keys are the page's", () => {
  const { place, moves, factors, wholes } = handled();
  for (const key of ["ArrowLeft", "ArrowUp"]) assert.ok(place.send("keydown", { key }).defaultPrevented);
  for (const key of ["+", "-"]) assert.ok(place.send("keydown", { key }).defaultPrevented);
  assert.ok(place.send("keydown", { key: "0" }).defaultPrevented);
  for (const key of ["Tab", "PageDown", "a"]) assert.ok(!place.send("keydown", { key }).defaultPrevented);
  assert.ok(!place.send("keydown", { key: "ArrowLeft", altKey: true }).defaultPrevented);
  assert.equal(moves.length, 2);
  assert.deepEqual(factors, [1.25, 0.8]);
  assert.equal(wholes(), 1);
});

test("the wheel scrolls the page unless somebody is at work here", () => {
  const { place, factors } = handled({ wheel: true });
  assert.ok(!place.send("wheel", { deltaY: -100 }).defaultPrevented);
  place.focused = true;
  assert.ok(place.send("wheel", { deltaY: -100 }).defaultPrevented);
  assert.equal(factors.length, 1);
  assert.ok(factors[0] > 1);
});
