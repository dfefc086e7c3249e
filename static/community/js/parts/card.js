// A card of one of our own things; the twin of templates/hung/parts/card.html.

const LINES = [["small", "kicker"], ["b", "title"], ["small", "summary"]];

export function render(part, { language }) {
  const card = language.startsWith("zh") ? part.zh : part.en;
  const link = document.createElement("a");
  link.className = card.image ? "chip-story" : "chip-story chip-story--bare";
  link.setAttribute("href", card.url);
  if (card.image) {
    const art = document.createElement("img");
    Object.assign(art, { className: "art", loading: "lazy", decoding: "async", alt: "" });
    art.setAttribute("src", card.image);
    link.append(art);
  }
  const words = document.createElement("span");
  for (const [tag, key] of LINES) {
    if (!card[key]) continue;
    const line = document.createElement(tag);
    line.textContent = card[key];
    words.append(line);
  }
  link.append(words);
  return link;
}
