// What the two viewers share: a button on the picture, a canvas in its place, drawing only when something changed.

/** Puts a button with the words of `data-act` over the picture; `begin` is called once, and may fail: the picture stays. */
export function invite(element, begin) {
  if (!element.dataset.src || element.querySelector("button")) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--ink viewer-act", textContent: element.dataset.act ?? "" });
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    try {
      await begin();
      button.remove();
      element.querySelector("canvas")?.focus();
    } catch {
      element.querySelector("canvas")?.remove();
      delete element.dataset.live;
      button.disabled = true;
      button.removeAttribute("aria-busy");
    }
  });
  element.append(button);
}

/** A canvas over the picture, named for those who do not see it. Throws without WebGL 2. */
export function stage(element) {
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", [element.dataset.label, element.dataset.hint].filter(Boolean).join(" "));
  const gl = canvas.getContext("webgl2", { antialias: true, alpha: true });
  if (!gl) throw new Error("no WebGL");
  element.append(canvas);
  element.dataset.live = "";
  return { canvas, gl };
}

/** Compiles and links; throws what the driver says. */
export function program(gl, vertex, fragment) {
  const made = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(made) ?? "shader");
  gl.useProgram(made);
  return made;
}

/** Answers a function that asks for one drawing before the next frame; the canvas keeps the size of its place. */
export function painter(canvas, gl, draw) {
  let asked = false;
  const paint = () => {
    asked = false;
    const scale = Math.min(devicePixelRatio || 1, 2);
    const [wide, high] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
    gl.viewport(0, 0, wide, high);
    draw(wide / Math.max(1, high));
  };
  const ask = () => { if (!asked) { asked = true; requestAnimationFrame(paint); } };
  new ResizeObserver(ask).observe(canvas);
  return ask;
}
