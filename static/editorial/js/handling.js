// Drags, pinches, wheels and keys, as two wishes: to move by so many pixels, to come nearer by a factor.
const STEP = 48; // pixels that an arrow key moves

/** Calls `move(dx, dy)` and `nearer(factor)`; `wheel: true` takes the wheel too. Answers nothing. */
export function handle(element, { move, nearer, whole, wheel = false }) {
  const fingers = new Map();
  const apart = () => { const [a, b] = [...fingers.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const wide = fingers.size === 2 ? apart() : 0;
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 2) nearer(apart() / (wide || 1));
    else move(event.clientX - before.x, event.clientY - before.y);
  });
  for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, (event) => fingers.delete(event.pointerId));
  if (wheel) {
    element.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !element.matches(":focus")) return; // the page scrolls on unless somebody is at work here
      event.preventDefault();
      nearer(Math.exp(-event.deltaY / 500));
    }, { passive: false });
  }
  element.addEventListener("keydown", (event) => {
    const arrows = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (arrows[event.key]) move(...arrows[event.key]);
    else if (event.key === "+" || event.key === "=") nearer(1.25);
    else if (event.key === "-") nearer(0.8);
    else if (event.key === "0" && whole) whole();
    else return;
    event.preventDefault();
  });
}
