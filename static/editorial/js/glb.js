// Reads a self-contained GLB (binary glTF 2.0) into plain arrays. Asks for nothing outside of the file.
const SIZES = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };
const READ = { 5121: ["getUint8", 1], 5123: ["getUint16", 2], 5125: ["getUint32", 4], 5126: ["getFloat32", 4] };

/** `{parts, low, high}`: parts to draw, each with positions, normals, coordinates, indices, material; and the corners of all. */
export function parse(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 20 || view.getUint32(0, true) !== 0x46546c67 || view.getUint32(4, true) !== 2) throw new Error("no GLB");
  const long = view.getUint32(12, true);
  const scene = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 20, long)));
  const binary = { buffer, start: 28 + long };
  const parts = [];
  const roots = scene.scenes?.[scene.scene ?? 0]?.nodes ?? scene.nodes?.map((_, k) => k) ?? [];
  const walk = (number, above, depth) => {
    const node = scene.nodes[number];
    const here = multiply(above, node.matrix ?? placed(node));
    for (const primitive of scene.meshes?.[node.mesh]?.primitives ?? []) if ((primitive.mode ?? 4) === 4) parts.push(part(scene, binary, primitive, here));
    if (depth < 32) for (const child of node.children ?? []) walk(child, here, depth + 1);
  };
  for (const root of roots) walk(root, identity(), 0);
  if (!parts.length) throw new Error("nothing to see");
  return { parts, ...bounds(parts) };
}

function part(scene, binary, primitive, matrix) {
  const positions = accessor(scene, binary, primitive.attributes.POSITION);
  const indices = primitive.indices === undefined ? Uint32Array.from({ length: positions.length / 3 }, (_, k) => k) : Uint32Array.from(accessor(scene, binary, primitive.indices));
  const normals = primitive.attributes.NORMAL === undefined ? flat(positions, indices) : accessor(scene, binary, primitive.attributes.NORMAL);
  const coordinates = primitive.attributes.TEXCOORD_0 === undefined ? new Float32Array(positions.length / 3 * 2) : accessor(scene, binary, primitive.attributes.TEXCOORD_0);
  const material = scene.materials?.[primitive.material] ?? {};
  const look = material.pbrMetallicRoughness ?? {};
  const picture = scene.images?.[scene.textures?.[look.baseColorTexture?.index]?.source];
  return { positions: moved(positions, matrix, 1), normals: moved(normals, matrix, 0), coordinates, indices, colour: look.baseColorFactor ?? [1, 1, 1, 1], rough: look.roughnessFactor ?? 1, picture: picture && blob(scene, binary, picture) };
}

function accessor(scene, { buffer, start }, number) {
  const { componentType, count, type, bufferView, byteOffset = 0 } = scene.accessors[number];
  const { byteOffset: from = 0, byteStride, byteLength } = scene.bufferViews[bufferView];
  const [read, bytes] = READ[componentType];
  const width = SIZES[type];
  const data = new DataView(buffer, start + from, byteLength);
  const out = new Float32Array(count * width);
  const exact = componentType === 5126 ? out : new Uint32Array(count * width);
  for (let k = 0; k < count; k++) for (let c = 0; c < width; c++) exact[k * width + c] = data[read](byteOffset + k * (byteStride || width * bytes) + c * bytes, true);
  return exact;
}

function blob(scene, { buffer, start }, { bufferView, mimeType }) {
  const { byteOffset = 0, byteLength } = scene.bufferViews[bufferView];
  return new Blob([new Uint8Array(buffer, start + byteOffset, byteLength)], { type: mimeType });
}

function flat(p, indices) {
  const out = new Float32Array(p.length);
  for (let k = 0; k < indices.length; k += 3) {
    const [a, b, c] = [indices[k] * 3, indices[k + 1] * 3, indices[k + 2] * 3];
    const u = [p[b] - p[a], p[b + 1] - p[a + 1], p[b + 2] - p[a + 2]], v = [p[c] - p[a], p[c + 1] - p[a + 1], p[c + 2] - p[a + 2]];
    const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    for (const at of [a, b, c]) for (let i = 0; i < 3; i++) out[at + i] += n[i];
  }
  return out;
}

function moved(values, m, w) {
  const out = new Float32Array(values.length);
  for (let k = 0; k < values.length; k += 3) for (let r = 0; r < 3; r++) out[k + r] = m[r] * values[k] + m[4 + r] * values[k + 1] + m[8 + r] * values[k + 2] + m[12 + r] * w;
  return out;
}

function bounds(parts) {
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  for (const { positions } of parts) positions.forEach((value, k) => { low[k % 3] = Math.min(low[k % 3], value); high[k % 3] = Math.max(high[k % 3], value); });
  return { low, high };
}

const identity = () => [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function placed({ translation: t = [0, 0, 0], rotation: [x, y, z, w] = [0, 0, 0, 1], scale: s = [1, 1, 1] }) {
  return [
    (1 - 2 * (y * y + z * z)) * s[0], 2 * (x * y + z * w) * s[0], 2 * (x * z - y * w) * s[0], 0,
    2 * (x * y - z * w) * s[1], (1 - 2 * (x * x + z * z)) * s[1], 2 * (y * z + x * w) * s[1], 0,
    2 * (x * z + y * w) * s[2], 2 * (y * z - x * w) * s[2], (1 - 2 * (x * x + y * y)) * s[2], 0, ...t, 1,
  ];
}

/** Two 4 by 4 matrices, column by column. */
export function multiply(a, b) {
  const out = [];
  for (let c = 0; c < 4; c++) for (let r = 0; r < 4; r++) out.push(a[r] * b[c * 4] + a[4 + r] * b[c * 4 + 1] + a[8 + r] * b[c * 4 + 2] + a[12 + r] * b[c * 4 + 3]);
  return out;
}
