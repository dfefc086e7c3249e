import assert from "node:assert/strict";
import { test } from "node:test";

import { altOf, weight } from "../../static/community/js/parts/file.js";
import { lineOf } from "../../static/community/js/room_state.js";
import { step } from "../../static/community/js/viewer.js";

const words = { say: (key, values = {}) => `${key}:${values.name ?? ""}` };

test("the weight of a file is said as the server says it", () => {
  assert.deepEqual([0, 1023, 1024, 1536, 1048575, 1048576, 1572864].map(weight), ["0 B", "1023 B", "1 KB", "2 KB", "1024 KB", "1.0 MB", "1.5 MB"]);
});

test("a picture has its author's words, else its author's name, else it is a picture", () => {
  assert.equal(altOf({ alt: "A kiln" }, { words, message: { by: { name: "Ning" } } }), "A kiln");
  assert.equal(altOf({ alt: "" }, { words, message: { by: { name: "Ning" } } }), "picture_from:Ning");
  assert.equal(altOf({ alt: "" }, { words, message: { by: { name: "" } } }), "picture:");
});

test("the pictures of a room are a ring", () => {
  assert.deepEqual([step(0, -1, 3), step(2, 1, 3), step(0, 1, 1), step(0, 1, 0)], [2, 0, 0, 0]);
});

test("a message without a word is named by what hangs on it", () => {
  assert.equal(lineOf({ html: "<p>Look &amp; see</p>", parts: [{ kind: "file", name: "a.jpg" }] }), "Look & see");
  assert.equal(lineOf({ html: "", parts: [{ kind: "file", name: "a.jpg" }, { kind: "link", title: "No" }, { kind: "file", name: "b.pdf" }] }), "a.jpg, b.pdf");
  assert.equal(lineOf({ html: "" }), "");
});
