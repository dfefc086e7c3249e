/* A story's findings beside its form: read again after each autosave, and a click leads to the place.
   Wagtail loads the scripts of its forms before the form: everything is looked for when it is needed. */
(() => {
  const panelOf = () => document.querySelector("[data-readiness]");

  async function again() {
    const panel = panelOf();
    const answer = panel && (await fetch(panel.dataset.readiness, { headers: { "X-Requested-With": "fetch" } }));
    if (!answer || !answer.ok) return;
    const list = panel.querySelector("[data-readiness-list]");
    list.innerHTML = await answer.text();
    const counter = document.querySelector('[data-side-panel-toggle="readiness"] [data-side-panel-toggle-counter]');
    const grave = list.querySelectorAll(".desk-error, .desk-warning").length;
    if (counter) {
      counter.textContent = String(grave);
      counter.hidden = grave === 0;
    }
  }

  /* `body.<block>`: the innermost part of the path that the form has. */
  function placeOf(path) {
    for (const part of path.split(".").reverse()) {
      const found = part && document.querySelector(`[data-contentpath="${CSS.escape(part)}"]`);
      if (found) return found;
    }
    return null;
  }

  /* Its tab and the panels round it are opened first. */
  function lead(place) {
    const tab = place.closest('[role="tabpanel"]');
    if (tab && tab.hidden) document.querySelector(`[role="tab"][href="#${tab.id}"]`)?.click();
    for (let node = place; node; node = node.parentElement) {
      if (node.hidden && node.id) document.querySelector(`[aria-controls="${node.id}"][aria-expanded="false"]`)?.click();
    }
    place.scrollIntoView({ block: "center" });
    place.querySelector("input:not([type=hidden]), textarea, [contenteditable=true], button")?.focus({ preventScroll: true });
  }

  document.addEventListener("w-autosave:success", again);
  document.addEventListener("click", (event) => {
    const inside = event.target instanceof Element && event.target.closest("[data-readiness]");
    if (!inside) return;
    if (event.target.closest("[data-readiness-again]")) again();
    const link = event.target.closest("a[data-place]");
    const place = link && placeOf(link.dataset.place);
    if (place) {
      event.preventDefault();
      lead(place);
    }
  });
})();
