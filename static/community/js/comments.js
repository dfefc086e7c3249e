// <yaji-comments>: what readers say below a story, fetched when one begins to read on. The page itself is kept for everybody
// and holds none of it; without this file its link leads to the same talk.

class YajiComments extends HTMLElement {
  connectedCallback() {
    const near = new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) this.ask(); }, { rootMargin: "400px" });
    near.observe(this);
    addEventListener("scroll", () => this.ask(), { once: true, passive: true }); // whoever reads on will come here
    addEventListener("scroll", this.settle = () => this.fill(), { passive: true });
    this.addEventListener("click", (event) => this.wanted(event));
    this.addEventListener("submit", (event) => this.send(event));
  }

  ask() {
    return this.asked ??= this.words().then((html) => { this.waiting = html; this.fill(); });
  }

  // The link was clicked: the words come here instead, also when they are still on their way; without them it is a link.
  async wanted(event) {
    const link = event.target.closest("p > a");
    if (!link || this.shown || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    await this.ask();
    if (this.waiting === undefined && !this.shown) { location.assign(link.href); return; }
    this.fill(true);
    this.goTo("h2");
  }

  // What readers say as HTML, empty where this reader has none, undefined when it did not come: the link stays then.
  async words() {
    const answer = await fetch(this.dataset.src, { headers: { Accept: "text/html" } }).catch(() => null);
    return answer?.ok ? answer.text() : undefined;
  }

  // Only while its end is below the window, so that nothing that somebody looks at moves away; or when it is asked for.
  fill(now = false) {
    if (this.waiting === undefined || (!now && this.getBoundingClientRect().bottom < innerHeight)) return;
    removeEventListener("scroll", this.settle);
    this.show(this.waiting);
    this.waiting = undefined;
  }

  show(html, focus = "") {
    this.shown = true;
    this.hidden = !html;
    this.innerHTML = html;
    for (const tools of this.querySelectorAll(".composer-tools, .tools [data-act='stamp']")) tools.remove();
    if (focus) this.goTo(focus);
  }

  goTo(part) {
    const aim = this.querySelector(part);
    if (aim?.tagName === "H2") aim.tabIndex = -1;
    aim?.focus({ preventScroll: true });
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
    if (answer?.ok && !said.held) { this.show((await this.words()) ?? this.innerHTML, "textarea"); return; }
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
