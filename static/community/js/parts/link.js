// A few words about where a link leads; the twin of templates/hung/parts/link.html. Text only: nothing of the other
// house is loaded.

export function render(part) {
  const link = document.createElement("a");
  link.className = "hung-link";
  if (/^https?:\/\//i.test(part.url)) link.setAttribute("href", part.url);
  link.rel = "nofollow noopener ugc";
  for (const [tag, text] of [["small", part.site], ["b", part.title], ["span", part.text]]) {
    if (tag === "span" && !text) continue;
    const line = document.createElement(tag);
    line.textContent = text;
    link.append(line);
  }
  return link;
}
