// Pictures of a room, large: opened from one, arrows between those of the page, Escape closes, alt text as caption.
// Without this file the link of a picture opens it.

export const step = (at, by, length) => (length ? (at + by + length) % length : 0);

export class Viewer {
  constructor(dialog, root = document) {
    Object.assign(this, { dialog, root, at: 0, all: [] });
    this.picture = this.slot("picture");
    root.addEventListener("click", (event) => this.click(event));
    dialog.addEventListener("click", (event) => this.press(event));
    dialog.addEventListener("keydown", (event) => this.key(event));
    dialog.addEventListener("close", () => this.closed());
  }

  slot(name) { return this.dialog.querySelector(`[data-slot="${name}"]`); }

  // With a key that asks for a new tab the link does what links do.
  click(event) {
    const link = event.target.closest?.("a[data-picture]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    this.open(link);
  }

  open(link) {
    this.all = [...this.root.querySelectorAll("a[data-picture]")];
    this.from = link;
    this.dialog.showModal();
    this.show(this.all.indexOf(link));
  }

  show(at) {
    const link = this.all[at];
    if (!link) { this.dialog.close(); return; }
    this.at = at;
    const words = link.firstElementChild?.getAttribute("alt") || link.firstElementChild?.getAttribute("aria-label") || "";
    this.picture.removeAttribute("src");  // the former one does not stand under new words while the next one comes
    this.picture.width = Number(link.dataset.width) || 0;
    this.picture.height = Number(link.dataset.height) || 0;
    this.picture.alt = words;
    this.picture.src = link.href;
    this.slot("alt").textContent = words;
    this.slot("whole").href = link.href;
    const count = this.slot("count");
    count.textContent = count.dataset.say.replace("{n}", at + 1).replace("{of}", this.all.length);
    this.slot("said").textContent = `${words}, ${count.textContent}`;
    for (const button of this.dialog.querySelectorAll("[data-step]")) button.hidden = this.all.length < 2;
  }

  go(by) { this.show(step(this.at, by, this.all.length)); }

  press(event) {
    const by = event.target.closest("[data-step]")?.dataset.step;
    if (by) this.go(Number(by));
    else if (event.target.closest("[data-close]") || event.target === this.dialog || event.target.matches(".viewer-place, figure")) this.dialog.close();
  }

  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.go(by);
  }

  // The focus goes to the picture that was seen last: it is where one left off.
  closed() {
    this.picture.removeAttribute("src");
    const last = this.all[this.at] ?? this.from;
    if (last?.isConnected) last.focus(); else this.from?.focus?.();
  }
}

const found = globalThis.document?.querySelector("dialog[data-viewer]");
if (found) new Viewer(found);
