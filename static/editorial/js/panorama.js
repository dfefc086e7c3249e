// <yaji-panorama>: a place to look around in. The picture is equirectangular; it stays a picture without script or WebGL.
import { invite, painter, program, stage } from "./canvas.js";
import { handle } from "./handling.js";

const VERTEX = `#version 300 es
in vec2 corner; out vec2 at;
void main() { at = corner; gl_Position = vec4(corner, 0.0, 1.0); }`;
const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at; out vec4 colour;
uniform sampler2D place; uniform vec2 look; uniform float lens, ratio;
void main() {
  vec3 d = normalize(vec3(at.x * ratio * lens, at.y * lens, -1.0));
  float c = cos(look.y), s = sin(look.y);
  d = vec3(d.x, d.y * c - d.z * s, d.y * s + d.z * c);
  float turn = atan(d.x, -d.z) + look.x;
  vec2 spot = vec2(fract(turn / 6.2831853 + 0.5), 0.5 - asin(clamp(d.y, -1.0, 1.0)) / 3.1415927);
  colour = vec4(textureLod(place, spot, 0.0).rgb, 1.0);
}`;
const NEAREST = 0.35, FARTHEST = 1.1; // of the lens: half the height of the view at distance 1

class Panorama extends HTMLElement {
  connectedCallback() { invite(this, () => this.begin()); }

  async begin() {
    const image = Object.assign(new Image(), { src: this.dataset.src });
    await image.decode();
    const { canvas, gl } = stage(this);
    const made = program(gl, VERTEX, FRAGMENT);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(gl.getAttribLocation(made, "corner"));
    gl.vertexAttribPointer(gl.getAttribLocation(made, "corner"), 2, gl.FLOAT, false, 0, 0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    const uniform = (name) => gl.getUniformLocation(made, name);
    const view = { turn: 0, tilt: 0, lens: 0.75 };
    const ask = painter(canvas, gl, (ratio) => {
      gl.uniform2f(uniform("look"), view.turn, view.tilt);
      gl.uniform1f(uniform("lens"), view.lens);
      gl.uniform1f(uniform("ratio"), ratio);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    });
    handle(canvas, {
      move: (dx, dy) => {
        const speed = 2 * view.lens / Math.max(1, canvas.clientHeight);
        view.turn -= dx * speed;
        view.tilt = Math.max(-1.2, Math.min(1.2, view.tilt + dy * speed));
        ask();
      },
      nearer: (factor) => { view.lens = Math.max(NEAREST, Math.min(FARTHEST, view.lens / factor)); ask(); },
      wheel: true,
    });
    ask();
  }
}
customElements.define("yaji-panorama", Panorama);
