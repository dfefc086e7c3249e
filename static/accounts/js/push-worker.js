// Wakes for a call from the house: shows that there is something, and leads there. It carries no words of anybody.

self.addEventListener("push", (event) => {
  let told = {};
  try { told = event.data?.json() ?? {}; } catch { /* what cannot be read is shown as a call without words */ }
  event.waitUntil(show(told));
});

async function show({ title = "Yaji 雅集", body = "", tag = "yaji", url = "/", lang = "" }) {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = new URL(url, self.location.origin).pathname;
  const looking = open.some((w) => w.visibilityState === "visible" && w.focused && new URL(w.url).pathname === there);
  await self.registration.showNotification(title, { body, tag, lang, silent: looking, icon: "/static/yaji/art/seal.svg", data: { url } });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.url ?? "/"));
});

async function lead(url) {
  const target = new URL(url, self.location.origin);
  if (target.origin !== self.location.origin) return;
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((w) => new URL(w.url).pathname === target.pathname);
  if (there) await there.focus(); else await self.clients.openWindow(target.href);
}
