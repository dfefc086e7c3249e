// <yaji-zoom>: come close to a picture. It stays a picture without script; the larger one is fetched when somebody comes close.
import { handle } from "./handling.js";

const MOST = 8, FETCH_FROM = 1.3;

class Zoom extends HTMLElement {
  connectedCallback() {
    this.picture = this.querySelector("img");
    if (!this.picture || this.frame) return;
    this.view = { scale: 1, x: 0, y: 0 };
    this.frame = Object.assign(document.createElement("div"), { className: "zoom-frame", tabIndex: 0 });
    this.frame.setAttribute("role", "application");
    this.frame.setAttribute("aria-label", [this.dataset.label, this.dataset.hint].filter(Boolean).join(" "));
    this.frame.append(this.picture.closest("picture") ?? this.picture);
    this.append(this.frame, this.buttons());
    handle(this.frame, {
      move: (dx, dy) => this.show(this.view.scale, this.view.x + dx, this.view.y + dy),
      nearer: (factor) => this.nearer(factor),
      whole: () => this.show(1, 0, 0),
      wheel: true,
    });
    this.frame.addEventListener("dblclick", () => this.nearer(2));
  }

  buttons() {
    const row = Object.assign(document.createElement("div"), { className: "zoom-acts" });
    const acts = [["+", "nearer", () => this.nearer(1.6)], ["−", "farther", () => this.nearer(1 / 1.6)], ["⤢", "whole", () => this.show(1, 0, 0)]];
    for (const [mark, name, act] of acts) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--icon", textContent: mark });
      button.setAttribute("aria-label", this.dataset[name] ?? name);
      button.addEventListener("click", act);
      row.append(button);
    }
    return row;
  }

  nearer(factor) {
    const scale = Math.max(1, Math.min(MOST, this.view.scale * factor));
    const by = scale / this.view.scale;
    this.show(scale, this.view.x * by, this.view.y * by);
  }

  show(scale, x, y) {
    const [wide, high] = [this.frame.clientWidth * (scale - 1) / 2, this.frame.clientHeight * (scale - 1) / 2];
    this.view = { scale, x: Math.max(-wide, Math.min(wide, x)), y: Math.max(-high, Math.min(high, y)) };
    this.toggleAttribute("data-near", scale > 1);
    this.picture.style.transform = scale > 1 ? `translate(${this.view.x}px, ${this.view.y}px) scale(${scale})` : "";
    if (scale > FETCH_FROM && this.dataset.src) this.fetchLarger();
  }

  fetchLarger() {
    const larger = Object.assign(new Image(), { src: this.dataset.src });
    delete this.dataset.src;
    larger.decode().then(() => {
      for (const source of this.querySelectorAll("source")) source.remove();
      this.picture.removeAttribute("srcset");
      this.picture.src = larger.src;
    }, () => {});
  }
}
customElements.define("yaji-zoom", Zoom);
