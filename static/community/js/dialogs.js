// What can be done to one message: a sheet with stamps and acts, and the small forms behind it.

import { lineOf } from "./room_state.js";

const ref = (message) => message.no || `r${message.mid}`;

export class Dialogs {
  // `session` asks the server, `say` shows a line, `reply` starts an answer.
  constructor(root, { session, state, words, url, me, can, say, reply, blocked, thread = null }) {
    Object.assign(this, { root, session, state, words, url, me, can, say, reply, blocked, thread });
    this.all = Object.fromEntries([...root.querySelectorAll("dialog[data-dialog]")].map((d) => [d.dataset.dialog, d]));
    for (const dialog of Object.values(this.all)) this.wire(dialog);
  }

  wire(dialog) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
      const act = event.target.closest("[data-do]")?.dataset.do;
      const stamp = event.target.closest("[data-choose]")?.dataset.choose;
      if (act) { event.stopPropagation(); this.act(dialog, act); }
      if (stamp) { event.stopPropagation(); dialog.close(); this.stamp(this.message, stamp); }
    });
    dialog.addEventListener("close", () => this.from?.focus?.());
    dialog.querySelector("form")?.addEventListener("submit", (event) => { event.preventDefault(); this.submit(dialog); });
  }

  open(mid, from) {
    const message = this.state.messages.get(mid);
    const sheet = this.all.acts;
    if (!message || message.gone || !sheet) return;
    Object.assign(this, { message, from });
    const own = message.by.id === this.me;
    const shown = { reply: this.can.has("write"), edit: own && this.can.has("write"), delete: own, pin: this.can.has("moderate") && Boolean(message.no), hide: this.can.has("moderate") && !own, block: !own && message.by.id !== "", decide: this.can.has("moderate") && !own, report: !own };
    sheet.querySelector('[data-do="decide"]').href = `${this.url}m/${ref(message)}/decide/`;
    const thread = sheet.querySelector('[data-do="thread"]');
    thread.hidden = !message.no || Boolean(this.thread);
    thread.href = `${this.url}t/${message.no}/`;
    for (const [act, visible] of Object.entries(shown)) sheet.querySelector(`[data-do="${act}"]`).hidden = !visible;
    sheet.querySelector('[data-slot="quote"]').textContent = this.text(message);
    for (const button of sheet.querySelectorAll("[data-choose]")) button.setAttribute("aria-pressed", String(message.mine.includes(button.dataset.choose)));
    sheet.showModal();
  }

  text(message) {
    const holder = new DOMParser().parseFromString(message.html, "text/html");
    return (holder.body.textContent.replace(/\s+/g, " ").trim() || lineOf(message)).slice(0, 90);
  }

  async act(dialog, act) {
    if (act === "close") { dialog.close(); return; }
    if (act === "decide" || act === "thread") return;
    this.all.acts.close();
    if (act === "reply") this.reply(this.message);
    else if (act === "pin") await this.try(() => this.session.ask("pin", this.about({ on: !this.message.pinned })));
    else if (act === "edit") await this.edit();
    else if (act === "block") await this.block();
    else this.all[act]?.showModal();
  }

  async block() {
    const form = new FormData(this.all.report.querySelector("form"));
    form.set("on", "1");
    const answer = await fetch(`${this.url}m/${ref(this.message)}/block`, { method: "POST", body: form }).catch(() => null);
    if (answer?.ok) this.blocked(this.message.by.id);
    this.say(this.words.say(answer?.ok ? "blocked" : "offline"));
  }

  about(more = {}) { return { cid: crypto.randomUUID(), mid: this.message.mid, ...more }; }

  async stamp(message, stamp) {
    const on = !message.mine.includes(stamp);
    await this.try(() => this.session.ask("react", { cid: crypto.randomUUID(), mid: message.mid, stamp, on }));
  }

  async edit() {
    const answer = await fetch(`${this.url}m/${ref(this.message)}/source`, { headers: { Accept: "application/json" } });
    if (!answer.ok) { this.say(this.words.say("err_not_found")); return; }
    this.all.edit.querySelector("textarea").value = (await answer.json()).body;
    this.all.edit.showModal();
  }

  async submit(dialog) {
    const kind = dialog.dataset.dialog;
    if (kind === "report" || kind === "hide") { await this.judge(dialog, kind); return; }
    const body = dialog.querySelector("textarea")?.value.trim();
    if (kind === "edit" && !body) return;
    const ask = kind === "edit" ? () => this.session.ask("edit", this.about({ body })) : () => this.session.ask("del", this.about());
    if (await this.try(ask)) dialog.close();
  }

  async judge(dialog, kind) {
    const form = dialog.querySelector("form");
    const error = dialog.querySelector('[data-slot="error"]');
    const answer = await fetch(`${this.url}m/${ref(this.message)}/${kind}`, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
    const data = answer ? await answer.json().catch(() => ({})) : {};
    error.hidden = Boolean(answer?.ok);
    if (!answer?.ok) {
      error.textContent = Object.values(data.errors ?? {}).flat()[0] ?? this.words.say(answer ? `err_${data.code ?? "forbidden"}` : "offline");
      return;
    }
    form.reset();
    dialog.close();
    this.say(data.done);
  }

  async try(ask) {
    try { await ask(); return true; } catch (code) {
      this.say(this.words.has(`err_${code}`) ? this.words.say(`err_${code}`, { n: "" }) : this.words.say("offline"));
      return false;
    }
  }
}
