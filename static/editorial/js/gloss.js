// Glossary: a term is a link to its page; here its card opens on the word, by pointer and by keyboard. Escape closes it.
const WAIT = 220; // milliseconds in which the pointer may reach the card

for (const term of document.querySelectorAll("[data-term]")) {
  const card = document.getElementById(term.dataset.term);
  if (!card?.showPopover) continue;
  card.popover = "manual"; // the link keeps the focus, and a press elsewhere stays a press elsewhere
  let leaving = 0;
  const isOpen = () => card.matches(":popover-open");
  const open = () => {
    clearTimeout(leaving);
    if (isOpen()) return;
    for (const other of document.querySelectorAll(".gloss-card:popover-open")) other.hidePopover();
    card.showPopover({ source: term });
    place(term, card);
  };
  const close = () => { clearTimeout(leaving); if (isOpen()) card.hidePopover(); };
  const closeSoon = () => { clearTimeout(leaving); leaving = setTimeout(close, WAIT); };
  for (const part of [term, card]) {
    part.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") open(); });
    part.addEventListener("pointerleave", closeSoon);
  }
  // A first touch shows the card, the second follows the link.
  term.addEventListener("click", (event) => {
    if (event.pointerType !== "touch" || isOpen()) return;
    event.preventDefault();
    open();
  });
  term.addEventListener("focus", () => { if (term.matches(":focus-visible")) open(); });
  term.addEventListener("blur", closeSoon);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("pointerdown", (event) => { if (!card.contains(event.target) && event.target !== term) close(); });
}

/** Beside the word, where the browser cannot anchor by itself. */
function place(term, card) {
  if (CSS.supports("position-area", "block-end") || matchMedia("(max-width: 40rem)").matches) return;
  const word = term.getBoundingClientRect();
  const wide = card.offsetWidth;
  card.style.inset = "auto";
  card.style.position = "fixed";
  card.style.left = `${Math.max(8, Math.min(word.left, innerWidth - wide - 8))}px`;
  card.style.top = word.bottom + card.offsetHeight + 12 > innerHeight ? `${word.top - card.offsetHeight - 8}px` : `${word.bottom + 8}px`;
}
