// Who is here and who is writing.

export class Company {
  constructor({ count, list, typing, words, me }) { Object.assign(this, { count, list, typing, words, me, written: null }); }

  take(frame) {
    if (frame.t === "pres") this.here(frame);
    else this.writing(frame.typing.filter((p) => p.id !== this.me), frame.n);
  }

  here({ n, ids }) {
    if (this.count) {
      this.count.hidden = n === 0;
      this.count.textContent = this.words.say("here", { n });
    }
    if (!this.list || !ids) return;
    const present = new Set(ids.map((p) => p.id));
    for (const row of this.list.querySelectorAll("[data-person]")) {
      const isHere = present.delete(row.dataset.person);
      if (row.hasAttribute("data-guest") && !isHere) row.remove();
      else row.querySelector(".avatar").toggleAttribute("data-here", isHere);
    }
    for (const person of ids.filter((p) => present.has(p.id))) this.list.append(this.row(person));
  }

  row({ id, name, tint }) {
    const row = document.createElement("li");
    row.dataset.person = id;
    row.dataset.guest = "";
    const face = document.createElement("span");
    face.className = "avatar avatar--s";
    if (tint) face.dataset.tint = tint;
    face.setAttribute("aria-hidden", "true");
    face.toggleAttribute("data-here", true);
    face.textContent = ([...name].find((c) => /[\p{L}\p{N}]/u.test(c)) ?? "·").toUpperCase();
    const words = document.createElement("span");
    const bold = document.createElement("b");
    bold.textContent = name;
    words.append(bold);
    row.append(face, words);
    return row;
  }

  writing(people, n) {
    clearTimeout(this.written);
    const [one, two] = people;
    const text = !one ? "" : people.length === 1 ? this.words.say("typing1", { name: one.name })
      : people.length === 2 ? this.words.say("typing2", { name: one.name, other: two.name }) : this.words.say("typing3", { n });
    this.typing.querySelector("span").textContent = text;
    this.typing.querySelector("i").hidden = !text;
    if (text) this.written = setTimeout(() => this.writing([], 0), 7000);
  }
}
