import assert from "node:assert/strict";
import { test } from "node:test";
import { multiply, parse } from "../../static/editorial/js/glb.js";

function packed(scene, binary = new Uint8Array()) {
  let told = new TextEncoder().encode(JSON.stringify(scene));
  const pad = (4 - (told.length % 4)) % 4;
  told = Uint8Array.from([...told, ...Array(pad).fill(32)]);
  const out = new DataView(new ArrayBuffer(28 + told.length + binary.length));
  [[0, 0x46546c67], [4, 2], [8, out.byteLength], [12, told.length], [16, 0x4e4f534a], [20 + told.length, binary.length], [24 + told.length, 0x004e4942]].forEach(([at, value]) => out.setUint32(at, value, true));
  new Uint8Array(out.buffer).set(told, 20);
  new Uint8Array(out.buffer).set(binary, 28 + told.length);
  return out.buffer;
}

const corners = new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]);
const scene = (more = {}) => ({
  asset: { version: "2.0" },
  meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
  nodes: [{ mesh: 0 }],
  accessors: [{ bufferView: 0, componentType: 5126, count: 3, type: "VEC3" }],
  bufferViews: [{ buffer: 0, byteLength: 36 }],
  buffers: [{ byteLength: 36 }],
  ...more,
});
const triangle = new Uint8Array(corners.buffer);

test("a triangle without normals gets its own", () => {
  const { parts, low, high } = parse(packed(scene(), triangle));
  assert.equal(parts.length, 1);
  assert.deepEqual([...parts[0].indices], [0, 1, 2]);
  assert.deepEqual([...parts[0].normals.slice(0, 3)], [0, 0, 1]);
  assert.deepEqual([low, high], [[0, 0, 0], [1, 1, 0]]);
});

test("nodes move, turn and scale what hangs below them", () => {
  const nodes = [{ children: [1], translation: [10, 0, 0] }, { mesh: 0, scale: [2, 2, 2], rotation: [0, 0, Math.SQRT1_2, Math.SQRT1_2] }];
  const { parts } = parse(packed(scene({ nodes, scenes: [{ nodes: [0] }], scene: 0 }), triangle));
  const at = [...parts[0].positions].map((value) => Math.round(value * 1000) / 1000 + 0);
  assert.deepEqual(at, [10, 0, 0, 10, 2, 0, 8, 0, 0]);
});

test("a node that is its own child does not hang the page", () => {
  const { parts } = parse(packed(scene({ nodes: [{ mesh: 0, children: [0] }] }), triangle));
  assert.ok(parts.length <= 33);
});

test("indices may be bytes, shorts or longs", () => {
  const binary = Uint8Array.from([...triangle, 2, 1, 0, 0]);
  const more = { bufferViews: [{ byteLength: 36 }, { byteOffset: 36, byteLength: 3 }], accessors: [...scene().accessors, { bufferView: 1, componentType: 5121, count: 3, type: "SCALAR" }], meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }] };
  assert.deepEqual([...parse(packed(scene(more), binary)).parts[0].indices], [2, 1, 0]);
});

test("what is no GLB, or shows nothing, is refused", () => {
  assert.throws(() => parse(new ArrayBuffer(4)));
  assert.throws(() => parse(new TextEncoder().encode("glTF but not really, only words").buffer));
  assert.throws(() => parse(packed(scene({ nodes: [{}] }), triangle)), /nothing/);
  assert.throws(() => parse(packed(scene({ bufferViews: [{ byteLength: 4000 }] }), triangle)));
});

test("matrices multiply column by column", () => {
  const move = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1];
  const twice = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
  assert.deepEqual(multiply(twice, move).slice(12), [10, 12, 14, 1]);
  assert.deepEqual(multiply(move, twice).slice(12), [5, 6, 7, 1]);
});
