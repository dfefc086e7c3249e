// Small behaviours hung on data- attributes. Every page works without this file.
const root = document.documentElement;

// Theme: <button data-theme-switch>. theme.js has set the remembered one before the first paint.
const isDark = () => getComputedStyle(root).colorScheme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-switch]")) return;
  root.dataset.theme = isDark() ? "light" : "dark";
  try { localStorage.setItem("theme", root.dataset.theme); } catch { /* private mode */ }
});

// Pressed buttons that need no server: <button data-toggles aria-pressed>.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-toggles][aria-pressed]");
  if (button) button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
});

// Dialogs: <button data-opens="id">, closed by any form with method="dialog" or <button data-closes>.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  event.target.closest("[data-closes]")?.closest("dialog")?.close();
});

// Toasts: <button data-dismiss> takes its toast away.
document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".toast")?.remove();
});

// Forms: <form data-once> is sent once; its button says that it is busy. Coming back by history makes it ready again.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector('[aria-busy="true"]')?.removeAttribute("aria-busy");
  }
});

// Printing: <button data-print>.
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) print(); });

// Sharing: <button data-share="url" data-title="…" data-copied="Link copied">. Without a share sheet the link is copied.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-share]");
  if (!button) return;
  const url = new URL(button.dataset.share || location.href, location.href).href;
  try {
    if (navigator.share) { await navigator.share({ title: button.dataset.title ?? document.title, url }); return; }
    await navigator.clipboard.writeText(url);
    if (button.dataset.copied) say(button.dataset.copied);
  } catch { /* the reader closed the sheet */ }
});

/** Puts a line into the page's status region, where it is also read aloud. */
export function say(text) {
  const region = document.getElementById("toasts");
  if (!region) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = text;
  region.append(toast);
  setTimeout(() => toast.remove(), 6000);
}

// Glossary: the term is a link to its card; here the card opens beside it. Hover opens it too, where there is a pointer.
for (const term of document.querySelectorAll("[data-gloss]")) {
  const card = document.querySelector(term.getAttribute("href"));
  if (!card?.showPopover) continue;
  const open = () => { if (!card.matches(":popover-open")) card.showPopover({ source: term }); };
  term.addEventListener("click", (event) => { event.preventDefault(); open(); });
  term.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") open(); });
}

// Tabs: arrow keys move, the panel follows.
for (const list of document.querySelectorAll('[role="tablist"]')) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  const choose = (tab) => {
    for (const other of tabs) {
      other.setAttribute("aria-selected", other === tab);
      other.tabIndex = other === tab ? 0 : -1;
      const panel = document.getElementById(other.getAttribute("aria-controls"));
      if (panel) panel.hidden = other !== tab;
    }
    tab.focus();
  };
  list.addEventListener("click", (event) => { const tab = event.target.closest('[role="tab"]'); if (tab) choose(tab); });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) choose(tabs.at((tabs.indexOf(document.activeElement) + step) % tabs.length));
  });
}

// Countdown: the server writes the numbers, this keeps them true.
for (const clock of document.querySelectorAll("[data-until]")) {
  const parts = ["d", "h", "m"].map((name) => clock.querySelector(`[data-part="${name}"]`));
  // data-now is the server's business time: in the demo it may be another day than the reader's.
  const ahead = clock.dataset.now ? Date.parse(clock.dataset.now) - Date.now() : 0;
  const tick = () => {
    const minutes = Math.max(0, Math.floor((Date.parse(clock.dataset.until) - Date.now() - ahead) / 60000));
    [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60].forEach((n, i) => { if (parts[i]) parts[i].textContent = n; });
  };
  tick();
  setInterval(tick, 30000);
}
