// The page's own words, with {name} and {n} filled in.

export class Words {
  constructor(template) {
    this.words = {};
    for (const item of template?.content.querySelectorAll("[data-word]") ?? []) this.words[item.dataset.word] = item.textContent;
  }
  say(key, values = {}) {
    return (this.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }
  has(key) { return key in this.words; }
}
