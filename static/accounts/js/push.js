// <yaji-push>: lets the house call this browser, or not any more. Without it the page says what is and keeps the list.

const WORKER = "/push-worker.js";

export function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.codePointAt(0));
}

export function fields(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
}

class YajiPush extends HTMLElement {
  async connectedCallback() {
    this.addEventListener("click", (event) => {
      const act = event.target.closest("[data-do]")?.dataset.do;
      if (act === "on") this.try(() => this.on()); else if (act === "off") this.try(() => this.off());
    });
    await this.try(() => this.look());
  }

  async try(act) {
    try { await act(); } catch { this.say(this.can() && Notification.permission === "denied" ? "denied" : "broken"); }
  }

  can() { return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis && isSecureContext; }

  async look() {
    if (!this.dataset.key) this.say("closed");
    else if (!this.can()) this.say(/iPhone|iPad/.test(navigator.userAgent) ? "home" : "cannot");
    else if (Notification.permission === "denied") this.say("denied");
    else this.say(await this.now() ? "on" : "off");
  }

  async now() {
    const worker = await navigator.serviceWorker.getRegistration("/");
    return worker?.active?.scriptURL.endsWith(WORKER) ? worker.pushManager.getSubscription() : null;
  }

  async on() {
    if (await Notification.requestPermission() !== "granted") { await this.look(); return; }
    await navigator.serviceWorker.register(WORKER, { scope: "/" });
    const worker = await navigator.serviceWorker.ready;
    const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(this.dataset.key) });
    await this.tell(this.dataset.on, fields(subscription));
    this.say("on");
  }

  async off() {
    const subscription = await this.now();
    if (subscription) {
      await this.tell(this.dataset.off, fields(subscription));
      await subscription.unsubscribe();
    }
    this.say("off");
  }

  async tell(url, words) {
    const body = new URLSearchParams({ ...words, csrfmiddlewaretoken: this.querySelector("[name=csrfmiddlewaretoken]").value });
    const answer = await fetch(url, { method: "POST", body });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
  }

  say(state) { for (const part of this.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state; }
}

globalThis.customElements?.define("yaji-push", YajiPush);
