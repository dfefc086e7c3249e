import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOSE, encode, finalReason, frames, parse } from "../../static/community/js/protocol.js";
import { client, server } from "./samples.js";

test("every frame of the server is understood", () => {
  for (const [name, frame] of Object.entries(server)) assert.deepEqual(parse(JSON.stringify(frame)), frame, name);
});

test("every frame of the client is made as the sample says", () => {
  const made = {
    sub: frames.sub(1, client.sub.rooms), send: frames.send(2, client.send), edit: frames.edit(3, client.edit),
    del: frames.del(4, client.del), react: frames.react(5, client.react), pin: frames.pin(6, client.pin),
    "send-under": frames.send(3, client["send-under"]), read: frames.read(3, 12), typing: frames.typing(3), hb: frames.hb(),
  };
  assert.deepEqual(new Set(Object.keys(made)), new Set(Object.keys(client)));
  for (const [name, frame] of Object.entries(made)) assert.deepEqual(JSON.parse(encode(frame)), client[name], name);
});

test("what is not a frame is nothing", () => {
  for (const text of ["", "{", "null", "[]", '"ev"', "{}", '{"t":"ev"}', '{"t":"later","x":1}', '{"t":"__proto__"}']) assert.equal(parse(text), null, text);
});

test("only a close that means it stops the client", () => {
  assert.equal(finalReason(CLOSE.NOT_SIGNED_IN), "signed_out");
  assert.equal(finalReason(CLOSE.BANNED), "banned");
  for (const code of [0, 1001, 1006, CLOSE.RESTART, CLOSE.SLOW, CLOSE.FLOODING, CLOSE.STATE_LOST]) assert.equal(finalReason(code), "");
});
