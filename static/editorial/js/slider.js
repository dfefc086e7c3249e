// <yaji-slider>: two pictures over each other, and a native range between them. Without script they stand side by side.
class Slider extends HTMLElement {
  connectedCallback() {
    if (this.range || this.children.length !== 2) return;
    this.range = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, value: 50 });
    this.range.className = "slider-range";
    this.range.setAttribute("aria-label", this.dataset.label ?? "");
    this.range.addEventListener("input", () => this.show());
    this.append(this.range);
    this.show();
  }

  show() {
    this.style.setProperty("--at", `${100 - this.range.value}%`);
    this.range.setAttribute("aria-valuetext", `${this.range.value}%`);
  }
}
customElements.define("yaji-slider", Slider);
