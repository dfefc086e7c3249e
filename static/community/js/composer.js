// The place where one writes: drafts that survive a reload, Enter sends, replies are quoted above.

import { drafts } from "./store.js";

const TYPING_EVERY = 3000;

export class Composer {
  constructor(form, { me, room, words, send, typing }) {
    Object.assign(this, { form, me, room, words, typed: 0, reply: null, att: [] });
    this.attached = form.querySelector("[data-attached]");
    form.addEventListener("yaji:attach", (event) => this.attach(event.detail));
    this.area = form.elements.body;
    this.answering = form.querySelector("[data-answering]");
    if (!this.area.value) this.area.value = drafts.read(me, room);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const body = this.area.value.trim();
      if (!body && !this.att.length) return;
      send({ body, quote: this.reply, att: this.att });
      this.clear();
    });
    this.area.addEventListener("input", () => {
      drafts.keep(me, room, this.area.value);
      if (this.area.value && Date.now() - this.typed > TYPING_EVERY) { this.typed = Date.now(); typing(); }
    });
    this.area.addEventListener("keydown", (event) => this.key(event));
    form.querySelector('[data-act="drop-reply"]').addEventListener("click", (event) => { event.preventDefault(); this.answer(null); });
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "Escape" && this.reply) this.answer(null);
  }

  answer(quote) {
    this.reply = quote;
    this.answering.hidden = !quote;
    this.answering.querySelector('[data-slot="name"]').textContent = quote?.name ?? "";
    this.answering.querySelector('[data-slot="text"]').textContent = quote?.text ?? "";
    this.area.focus();
  }

  // Something that was uploaded, and goes along with the next message.
  attach({ id, name, thumb = "", alt = "" }) {
    this.att.push({ id, name });
    const line = document.createElement("li");
    if (thumb) line.append(Object.assign(document.createElement("img"), { src: thumb, alt }));
    const words = document.createElement("span");
    words.textContent = name;
    const drop = document.createElement("button");
    Object.assign(drop, { type: "button", className: "btn btn--icon", textContent: "×" });
    drop.setAttribute("aria-label", this.words.say("drop_part", { name }));
    drop.addEventListener("click", () => { this.att = this.att.filter((one) => one.id !== id); line.remove(); this.showAttached(); this.area.focus(); });
    line.append(words, drop);
    this.attached.append(line);
    this.showAttached();
  }

  showAttached() { this.attached.hidden = !this.att.length; }

  // What could not be sent comes back, words and what went along, before whatever is being written now.
  giveBack({ body, att = [], att_names = [] }) {
    att.forEach((id, n) => this.attach({ id, name: att_names[n] ?? "" }));
    this.area.value = [body, this.area.value].filter(Boolean).join("\n");
    drafts.keep(this.me, this.room, this.area.value);
  }

  clear() {
    this.area.value = "";
    this.att = [];
    this.attached.replaceChildren();
    this.showAttached();
    this.typed = 0;
    drafts.keep(this.me, this.room, "");
    this.answer(null);
  }

  shut(text) {
    const note = document.createElement("p");
    note.className = "composer-note";
    note.textContent = text;
    this.form.replaceWith(note);
  }
}
