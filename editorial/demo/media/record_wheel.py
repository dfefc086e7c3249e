"""Draws the film `wheel.webm`: a bowl rises on the potter's wheel. Run by hand when it should change:

    python -m editorial.demo.media.record_wheel

It needs Chromium and Playwright (of the development tools): the browser draws on a canvas and records itself.
"""

import base64
import shutil
from pathlib import Path

SECONDS, WIDTH, HEIGHT, RATE = 6, 640, 360, 260_000  # RATE: bits a second
PAGE = """
async ([seconds, width, height, rate]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  document.body.append(canvas);
  const pen = canvas.getContext("2d");
  const mix = (a, b, t) => a + (b - a) * t;
  function draw(t) {
    const ground = pen.createLinearGradient(0, 0, width, height);
    ground.addColorStop(0, "#d9cfbb"); ground.addColorStop(1, "#9c8f78");
    pen.fillStyle = ground; pen.fillRect(0, 0, width, height);
    const cx = width / 2, foot = height * 0.74, rise = Math.min(1, t / (seconds * 0.8));
    pen.fillStyle = "rgba(40,30,20,.35)";
    pen.beginPath(); pen.ellipse(cx + 26, foot + 34, 216, 42, 0, 0, 7); pen.fill();
    pen.fillStyle = "#5b4636"; pen.beginPath(); pen.ellipse(cx, foot + 18, 206, 40, 0, 0, 7); pen.fill();
    pen.fillStyle = "#77604a"; pen.beginPath(); pen.ellipse(cx, foot + 8, 206, 40, 0, 0, 7); pen.fill();
    pen.strokeStyle = "rgba(40,28,18,.5)"; pen.lineWidth = 2;
    for (let k = 0; k < 3; k++) {
      const turn = t * 7 + k * 2.1;
      pen.beginPath(); pen.ellipse(cx, foot + 8, 180 - k * 34, 34 - k * 6.4, 0, turn, turn + 1.5); pen.stroke();
    }
    const tall = mix(46, 150, rise), wide = mix(64, 112 + 14 * Math.sin(rise * 3), rise), base = mix(62, 46, rise);
    const clay = pen.createLinearGradient(cx - wide, 0, cx + wide, 0);
    clay.addColorStop(0, "#e3d9c6"); clay.addColorStop(0.35, "#c9bba2"); clay.addColorStop(1, "#80705a");
    const shake = Math.sin(t * 44) * 0.8;
    pen.fillStyle = clay; pen.beginPath();
    pen.moveTo(cx - base, foot); pen.bezierCurveTo(cx - base - 20, foot - tall * 0.4, cx - wide + shake, foot - tall * 0.6, cx - wide + shake, foot - tall);
    pen.lineTo(cx + wide + shake, foot - tall); pen.bezierCurveTo(cx + wide + shake, foot - tall * 0.6, cx + base + 20, foot - tall * 0.4, cx + base, foot);
    pen.closePath(); pen.fill();
    pen.strokeStyle = "rgba(90,74,54,.35)";
    for (let k = 1; k < 9; k++) {
      const y = foot - tall * k / 9, r = mix(base + 8, wide, Math.sin(k / 9 * 1.5)), o = Math.sin(t * 22 + k) * 1.2;
      pen.beginPath(); pen.ellipse(cx + o, y, r, r * 0.13, 0, 0.2, 2.9); pen.stroke();
    }
    pen.fillStyle = "#b3a48a"; pen.beginPath(); pen.ellipse(cx + shake, foot - tall, wide, wide * 0.17, 0, 0, 7); pen.fill();
    pen.fillStyle = "#5f5140"; pen.beginPath(); pen.ellipse(cx + shake, foot - tall + 3, wide * 0.88 * rise, wide * 0.13 * rise, 0, 0, 7); pen.fill();
    pen.fillStyle = "rgba(255,255,255,.16)"; pen.beginPath(); pen.ellipse(cx - wide * 0.62, foot - tall * 0.55, 9, tall * 0.3, 0.1, 0, 7); pen.fill();
  }
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: "video/webm;codecs=vp8", videoBitsPerSecond: rate });
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  const done = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  const begin = performance.now();
  await new Promise((resolve) => {
    const tick = () => {
      const t = (performance.now() - begin) / 1000;
      if (t >= seconds) { resolve(); return; }
      draw(t); requestAnimationFrame(tick);
    };
    tick();
  });
  recorder.stop();
  await done;
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
"""


def main() -> None:
    """Record, and write the file beside this one."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=quiet)
        page = browser.new_page()
        film = base64.b64decode(page.evaluate(PAGE, [SECONDS, WIDTH, HEIGHT, RATE]))
        browser.close()
    Path(__file__).with_name("wheel.webm").write_bytes(film)


if __name__ == "__main__":
    main()
