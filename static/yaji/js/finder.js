// Suggestions while typing: <form data-finder data-suggest="address"> with one search field and one empty listbox.
// The field is a combobox: arrows choose, Enter goes there, Escape closes. Without this file the form works as it is.
const WAIT = 150; // milliseconds of quiet before anything is asked

export class Finder {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector("input[type=search]");
    this.list = form.querySelector("[role=listbox]");
    this.at = -1;
    this.asked = 0;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false" })) {
      this.field.setAttribute(name, value);
    }
    this.field.addEventListener("input", () => this.later());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => setTimeout(() => this.close(), 120)); // a click on a suggestion comes first
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const text = this.field.value.trim();
    const number = ++this.asked;
    if (!text) return this.close();
    try {
      const address = new URL(this.form.dataset.suggest, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return this.close();
      const { found } = await answer.json();
      if (number === this.asked) this.show(found); // an older answer never overtakes a newer one
    } catch { this.close(); }
  }

  show(found) {
    this.at = -1;
    this.list.replaceChildren(...found.map((one, index) => option(one, `${this.list.id}-${index}`)));
    this.list.hidden = found.length === 0;
    this.field.setAttribute("aria-expanded", String(found.length > 0));
    this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    this.asked++;
    this.show([]);
  }

  key(event) {
    const options = [...this.list.children];
    if (event.isComposing) return undefined; // arrows and Enter belong to the input method
    if (event.key === "Escape" && options.length) { event.preventDefault(); return this.close(); }
    if (event.key === "Enter" && this.at >= 0) { event.preventDefault(); options[this.at].click(); return undefined; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !options.length) return undefined;
    event.preventDefault();
    this.at = next(this.at, step, options.length);
    options.forEach((it, index) => it.setAttribute("aria-selected", String(index === this.at)));
    if (this.at < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", options[this.at].id);
    return undefined;
  }
}

/** The next place in a list of `length`; -1 is the field itself, at both ends. */
export function next(at, step, length) {
  const to = at + step;
  if (to < -1) return length - 1;
  return to >= length ? -1 : to;
}

/** An option holds nothing to press but itself: a link inside would be a second control for those who hear the page. */
function option(one, id) {
  const item = Object.assign(document.createElement("li"), { id, textContent: one.title });
  item.dataset.url = one.url;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.append(Object.assign(document.createElement("span"), { textContent: one.kind }));
  item.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  item.addEventListener("click", () => location.assign(one.url));
  return item;
}

if (typeof document !== "undefined") {
  for (const form of document.querySelectorAll("form[data-finder]")) new Finder(form);
}
