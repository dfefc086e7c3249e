// <yaji-attach>: brings pictures and files to the house while one still writes; chosen, pasted or dropped. Without this
// file the fields behind its button go along with the form, one file at a time.

import { Words } from "./words.js";

const FACE = 56;
const MEGABYTE = 1024 * 1024;

// A small drawing of a picture that lies on this machine, as a data address; "" where the browser cannot read it.
export async function faceOf(file) {
  if (!file.type.startsWith("image/")) return "";
  try {
    const bitmap = await createImageBitmap(file, { resizeWidth: FACE * 2, resizeQuality: "medium" });
    const canvas = Object.assign(document.createElement("canvas"), { width: bitmap.width, height: bitmap.height });
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    return canvas.toDataURL("image/jpeg", 0.8);
  } catch { return ""; }
}

export class Attach extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    if (!this.form || this.words) return;
    this.words = new Words(this.querySelector("[data-attach-words]"));
    this.list = this.querySelector("[data-list]");
    this.input = this.querySelector("input[type=file]");
    this.unsaved = new Set();
    this.running = 0;
    this.button();
    this.input.addEventListener("change", () => { this.bring([...this.input.files]); this.input.value = ""; });
    this.form.addEventListener("paste", (event) => this.pasted(event));
    for (const kind of ["dragover", "dragleave", "drop"]) this.form.addEventListener(kind, (event) => this.dragged(event, kind));
    this.form.addEventListener("submit", (event) => this.submitting(event), true);
  }

  // The fields give way to one button; the file is asked for by the system.
  button() {
    const folded = this.querySelector("details");
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: folded.firstElementChild.className });
    button.setAttribute("aria-label", folded.firstElementChild.getAttribute("aria-label"));
    button.append(...folded.firstElementChild.childNodes);
    button.addEventListener("click", () => this.input.click());
    Object.assign(this.input, { multiple: true, hidden: true, tabIndex: -1 });
    this.input.removeAttribute("name");
    folded.replaceWith(button, this.input);
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.bring(files);
  }

  dragged(event, kind) {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    this.form.toggleAttribute("data-over", kind === "dragover");
    if (kind === "drop") this.bring([...event.dataTransfer.files]);
  }

  get attached() { return this.form.querySelector("[data-attached]"); }

  // One at a time, in order, so that they hang in the order in which they were chosen.
  async bring(files) {
    const most = Number(this.dataset.most) - (this.attached?.children.length ?? 0) - this.running;
    if (files.length > most) this.say(this.words.say("too_many", { n: this.dataset.most }));
    const taken = files.slice(0, Math.max(0, most));
    this.running += taken.length;
    for (const file of taken) {
      await this.one(file);
      this.running -= 1;
    }
    if (this.waiting && !this.running) this.again();
  }

  async one(file) {
    const name = file.name || "file";
    const limit = Number(this.dataset.megabytes);
    if (file.size > limit * MEGABYTE) { this.fail(name, this.words.say("too_large", { name, n: limit })); return; }
    const line = this.line(this.words.say("sending", { name }));
    const [face, answer] = await Promise.all([faceOf(file), this.post(file, name)]);
    line.remove();
    if (answer.id) this.arrived(answer, face); else this.fail(name, answer.error ?? this.words.say("offline", { name }));
  }

  async post(file, name) {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    data.set("file", file, name);
    try {
      const answer = await fetch(this.dataset.url, { method: "POST", body: data, headers: { Accept: "application/json" } });
      return await answer.json();
    } catch { return {}; }
  }

  // Whoever keeps the message shows a line for it; the words about a picture are asked for there.
  arrived(answer, face) {
    this.dispatchEvent(new CustomEvent("yaji:attach", { bubbles: true, detail: { id: answer.id, name: answer.name, thumb: face, alt: "" } }));
    this.say(`${this.words.say("there", { name: answer.name })} ${answer.hint ?? ""}`);
    const line = this.attached?.lastElementChild;
    if (line && answer.kind === "picture") line.lastElementChild.before(this.field(answer));
  }

  field(answer) {
    const field = document.createElement("input");
    Object.assign(field, { className: "input", type: "text", maxLength: 500, placeholder: this.words.say("alt"), title: this.words.say("hint"), value: answer.alt ?? "" });
    field.setAttribute("aria-label", `${this.words.say("alt")}: ${answer.name}`);
    field.addEventListener("input", () => this.unsaved.add(field));
    field.addEventListener("change", () => this.describe(field));
    field.describe = answer.describe;
    return field;
  }

  async describe(field) {
    if (!this.unsaved.delete(field)) return;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    data.set("alt", field.value);
    await fetch(field.describe, { method: "POST", body: data }).catch(() => this.unsaved.add(field));
  }

  // What is still on its way is waited for, and words that were just typed are kept, before the message goes.
  submitting(event) {
    if (this.running) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.waiting = true;
      return;
    }
    for (const field of [...this.unsaved]) this.describe(field);
  }

  again() {
    this.waiting = false;
    this.form.requestSubmit();
  }

  line(words) {
    const line = document.createElement("li");
    const state = document.createElement("span");
    state.className = "attach-state";
    state.textContent = words;
    line.append(state);
    this.list.append(line);
    this.say(words);
    return line;
  }

  fail(name, words) {
    this.waiting = false;
    const line = this.line(words);
    line.dataset.failed = "";
    const drop = document.createElement("button");
    Object.assign(drop, { type: "button", className: "btn btn--icon", textContent: "×" });
    drop.setAttribute("aria-label", this.words.say("drop", { name }));
    drop.addEventListener("click", () => { line.remove(); this.form.elements.body.focus(); });
    line.append(drop);
  }

  say(words) { this.querySelector("[data-said]").textContent = words; }
}

customElements.define("yaji-attach", Attach);
