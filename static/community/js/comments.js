// <yaji-comments>: what readers say below a story, fetched when one comes near it. The page itself is kept for everybody
// and holds none of it; without this file its link leads to the same talk.

class YajiComments extends HTMLElement {
  connectedCallback() {
    new IntersectionObserver((seen, observer) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      observer.disconnect();
      this.load();
    }, { rootMargin: "400px" }).observe(this);
    this.addEventListener("submit", (event) => this.send(event));
  }

  async load(focus = "") {
    const answer = await fetch(this.dataset.src, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.status === 404) this.hidden = true; // nothing is said here, or not to this reader
    if (!answer?.ok) return;
    this.innerHTML = await answer.text();
    for (const tools of this.querySelectorAll(".composer-tools, .tools [data-act='stamp']")) tools.remove();
    if (focus) this.querySelector(focus)?.focus();
  }

  // The same form as without scripts; what was typed stays when the house says no.
  async send(event) {
    const form = event.target.closest("form.composer");
    if (!form) return;
    event.preventDefault();
    const area = form.elements.body;
    if (!area.value.trim()) return;
    form.querySelector("button[type=submit]").disabled = true;
    const answer = await fetch(this.dataset.src, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
    const said = answer ? await answer.json().catch(() => ({})) : {};
    form.querySelector("button[type=submit]").disabled = false;
    if (answer?.ok && !said.held) { await this.load("textarea"); return; }
    if (answer?.ok) area.value = "";
    this.say(form, said.words || this.dataset.failed);
  }

  say(form, words) {
    const line = form.parentElement.querySelector("[data-said]") ?? Object.assign(document.createElement("p"), { className: "soft" });
    line.dataset.said = "";
    line.setAttribute("role", "status");
    line.textContent = words;
    form.after(line);
  }
}

customElements.define("yaji-comments", YajiComments);
