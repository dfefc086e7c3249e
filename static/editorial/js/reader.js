// Where a reader stopped: <article data-story="address of progress">. Told once when the page is left, kept on this device
// for visitors. Saving without leaving the page: <form data-save>. Every page works without this file.
const KEEP = "yaji:places"; // on this device: {address of the story: {paragraph, percent, at}}
const MOST = 40;
const MIN_SECONDS = 8; // less is leafing, not reading

/** The last unit whose top has passed the middle of the window, and how much of the story lies above it, in percent. */
export function place(units, middle, top, height) {
  let paragraph = 0;
  for (const unit of units) {
    if (unit.top > middle) break;
    paragraph = unit.number;
  }
  const percent = Math.round(Math.min(1, Math.max(0, (middle - top) / Math.max(1, height))) * 100);
  return { paragraph, percent };
}

/** The kept places with one more, the oldest falling out. */
export function remembered(kept, key, entry, most = MOST) {
  const all = { ...kept, [key]: entry };
  const newest = Object.entries(all).sort(([, a], [, b]) => b.at - a.at).slice(0, most);
  return Object.fromEntries(newest);
}

function read() {
  try { return JSON.parse(localStorage.getItem(KEEP) ?? "{}"); } catch { return {}; }
}

function start(story) {
  const opened = Date.now();
  let best = { paragraph: 0, percent: 0 };
  const look = () => {
    const units = [...story.querySelectorAll(":scope > [id^=p]")].filter((it) => /^p\d+$/.test(it.id))
      .map((it) => ({ number: Number(it.id.slice(1)), top: it.getBoundingClientRect().top }));
    const box = story.getBoundingClientRect();
    best = place(units, innerHeight * 0.6, box.top, box.height);
  };
  const tell = () => {
    if (Date.now() - opened < MIN_SECONDS * 1000) return;
    look();
    const form = new FormData();
    form.set("paragraph", best.paragraph);
    form.set("percent", best.percent);
    navigator.sendBeacon(story.dataset.story, form);
    if (!story.dataset.own) {
      try { localStorage.setItem(KEEP, JSON.stringify(remembered(read(), location.pathname, { ...best, at: Date.now() }))); } catch { /* private mode */ }
    }
  };
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") tell(); });
  offer(story);
}

/** For visitors: the line that leads back, from this device. For members the server writes it. */
function offer(story) {
  const line = story.querySelector("template[data-resume]");
  const kept = line && read()[location.pathname];
  if (!kept || kept.paragraph < 3 || kept.percent >= 95 || location.hash) return;
  const shown = line.content.cloneNode(true);
  shown.querySelector("a").href = `#p${kept.paragraph}`;
  line.replaceWith(shown);
}

async function save(event) {
  const form = event.target.closest("form[data-save]");
  if (!form) return;
  event.preventDefault();
  const button = form.querySelector("button");
  const field = form.elements.saved;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Quiet": "1" } }).catch(() => null);
  if (!answer || answer.status !== 204) { form.removeAttribute("data-save"); form.submit(); return; }
  button.setAttribute("aria-pressed", String(field.value === "1"));
  field.value = field.value === "1" ? "0" : "1";
}

if (typeof document !== "undefined") {
  const story = document.querySelector("article[data-story]");
  if (story?.dataset.story) start(story);
  document.addEventListener("submit", save);
}
