// <yaji-model>: an object to turn around. Its picture stays without script or WebGL, and when the file cannot be read.
import { invite, painter, program, stage } from "./canvas.js";
import { multiply, parse } from "./glb.js";
import { handle } from "./handling.js";

const VERTEX = `#version 300 es
in vec3 position, normal; in vec2 coordinate;
uniform mat4 camera; uniform mat3 turned;
out vec3 n; out vec3 p; out vec2 at;
void main() { n = turned * normal; p = turned * position; at = coordinate; gl_Position = camera * vec4(position, 1.0); }`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec3 n; in vec3 p; in vec2 at; out vec4 colour;
uniform sampler2D skin; uniform vec4 tint; uniform float rough; uniform vec3 eye;
void main() {
  vec3 look = normalize(eye - p), side = normalize(n);
  if (dot(side, look) < 0.0) side = -side;
  vec3 base = texture(skin, at).rgb * tint.rgb;
  vec3 light = normalize(vec3(-0.55, 0.8, 0.6)), half_way = normalize(light + look);
  float lit = max(dot(side, light), 0.0), sky = 0.5 + 0.5 * side.y;
  float shine = pow(max(dot(side, half_way), 0.0), mix(160.0, 8.0, rough)) * mix(0.9, 0.05, rough);
  float rim = pow(1.0 - max(dot(side, look), 0.0), 4.0) * 0.25 * (1.0 - rough);
  colour = vec4(base * (mix(vec3(0.34, 0.31, 0.28), vec3(0.56, 0.58, 0.58), sky) + 0.62 * lit) + shine + rim, 1.0);
}`;

class Model extends HTMLElement {
  connectedCallback() { invite(this, () => this.begin()); }

  async begin() {
    const answer = await fetch(this.dataset.src, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const scene = parse(await answer.arrayBuffer());
    const skins = await Promise.all(scene.parts.map((part) => (part.picture ? createImageBitmap(part.picture) : null)));
    const { canvas, gl } = stage(this);
    const made = program(gl, VERTEX, FRAGMENT);
    const drawn = scene.parts.map((part, k) => load(gl, made, part, skins[k]));
    const uniform = (name) => gl.getUniformLocation(made, name);
    const middle = scene.low.map((low, k) => (low + scene.high[k]) / 2);
    const size = Math.hypot(...scene.low.map((low, k) => scene.high[k] - low)) / 2 || 1;
    const view = { turn: 0.5, tilt: 0.3, far: 2.9 };
    gl.enable(gl.DEPTH_TEST);
    const ask = painter(canvas, gl, (ratio) => {
      const { camera, turned, eye } = orbit(view, middle, size, ratio);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      gl.uniformMatrix4fv(uniform("camera"), false, camera);
      gl.uniformMatrix3fv(uniform("turned"), false, turned);
      gl.uniform3fv(uniform("eye"), eye);
      for (const { array, count, skin, part } of drawn) {
        gl.bindVertexArray(array);
        gl.bindTexture(gl.TEXTURE_2D, skin);
        gl.uniform4fv(uniform("tint"), part.colour);
        gl.uniform1f(uniform("rough"), part.rough);
        gl.drawElements(gl.TRIANGLES, count, gl.UNSIGNED_INT, 0);
      }
    });
    handle(canvas, {
      move: (dx, dy) => { view.turn += dx / 120; view.tilt = Math.max(-1.4, Math.min(1.4, view.tilt + dy / 120)); ask(); },
      nearer: (factor) => { view.far = Math.max(1.5, Math.min(5, view.far / factor)); ask(); },
      wheel: true,
    });
    ask();
  }
}

/** The object turns, the light stays: `turned` rotates it, `camera` puts it before the eye. */
function orbit({ turn, tilt, far }, middle, size, ratio) {
  const [ct, st, cp, sp] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  const rotate = [ct, sp * st, -cp * st, 0, 0, cp, sp, 0, st, -sp * ct, cp * ct, 0, 0, 0, 0, 1];
  const away = far * size, near = away / 50, lens = 1 / Math.tan(0.36) * Math.min(1, ratio);
  const shift = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, -middle[0], -middle[1], -middle[2], 1];
  const back = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, -away, 1];
  const end = away * 4;
  const lensed = [lens / ratio, 0, 0, 0, 0, lens, 0, 0, 0, 0, (near + end) / (near - end), -1, 0, 0, 2 * near * end / (near - end), 0];
  const turned = [rotate[0], rotate[1], rotate[2], rotate[4], rotate[5], rotate[6], rotate[8], rotate[9], rotate[10]];
  const centre = [0, 1, 2].map((r) => rotate[r] * middle[0] + rotate[4 + r] * middle[1] + rotate[8 + r] * middle[2]);
  return { camera: multiply(lensed, multiply(back, multiply(rotate, shift))), turned, eye: [centre[0], centre[1], centre[2] + away] };
}

function load(gl, made, part, picture) {
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  for (const [name, values, width] of [["position", part.positions, 3], ["normal", part.normals, 3], ["coordinate", part.coordinates, 2]]) {
    const place = gl.getAttribLocation(made, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array(values), gl.STATIC_DRAW);
    if (place < 0) continue;
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, width, gl.FLOAT, false, 0, 0);
  }
  gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, part.indices, gl.STATIC_DRAW);
  const skin = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, skin);
  if (picture) gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
  else gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array([255, 255, 255, 255]));
  gl.generateMipmap(gl.TEXTURE_2D);
  return { array, count: part.indices.length, skin, part };
}

customElements.define("yaji-model", Model);
