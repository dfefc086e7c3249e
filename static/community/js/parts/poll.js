// A poll as it hangs on a message; the twin of templates/votes/parts/poll.html. One's own choice comes beside the part and
// stays here; counts come with the room's events.

const make = (tag, set = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(set)) {
    if (key === "text") element.textContent = value;
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null) element.setAttribute(key, String(value));
  }
  element.append(...children.filter(Boolean));
  return element;
};

export function names(choice, words) {
  const some = choice.by.map((person) => person.name).join(", ");
  const more = choice.n - choice.by.length;
  return more > 0 ? words.say("poll_more", { names: some, n: more }) : some;
}

export function says(part, words, when) {
  const lines = [words.say(part.secret ? "poll_secret" : "poll_named")];
  if (part.several && !part.closed) lines.push(words.say("poll_several"));
  lines.push(words.say("poll_people", { n: part.voters }));
  if (part.closed) lines.push(words.say("poll_closed"));
  else if (part.closes) lines.push(words.say("poll_until", { time: when(part.closes) }));
  return lines.join(" ");
}

function clock(language) {
  const timeZone = document.querySelector?.("yaji-chat")?.dataset.zone || undefined;
  const day = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { month: "long", day: "numeric", timeZone });
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
  return (iso) => `${day.format(new Date(iso))} ${time.format(new Date(iso))}`;
}

function row(part, choice, { words, open, mine }) {
  const own = mine.includes(choice.id);
  const input = open && make("input", { type: part.several ? "checkbox" : "radio", name: "choice", value: choice.id, checked: own });
  const label = make("label", { class: "check" }, input, make("span", { text: choice.text }), make("span", { class: "num push", text: choice.n }));
  const bar = make("meter", { min: 0, max: part.voters || 1, value: choice.n, "aria-hidden": "true" });
  const by = choice.by.length > 0 && make("small", { class: "faint", text: names(choice, words) });
  return make("div", { class: "poll-choice", "data-mine": own }, label, bar, by);
}

function acts(part, { words, url, open, voted, me }) {
  const line = make("p", { class: "row fine poll-acts" });
  if (open) line.append(make("button", { class: "btn", type: "submit", text: words.say(voted ? "poll_change" : "poll_vote") }));
  if (open && voted) line.append(make("button", { class: "btn btn--bare", type: "submit", name: "act", value: "back", text: words.say("poll_back") }));
  if (me) line.append(make("a", { href: `${url}polls/${part.id}/`, text: words.say("poll_alone") }));
  return line;
}

export function render(part, context) {
  const mine = context.mine ?? [];
  const open = Boolean(context.me) && !part.closed;
  const action = `${context.url}polls/${part.id}/`;
  const rows = part.choices.map((choice) => row(part, choice, { words: context.words, open, mine }));
  const form = make("form", { class: "poll-part", method: "post", action, "data-poll": part.id, "data-closed": part.closed },
    make("fieldset", {}, make("legend", { class: "sr", text: part.question }), ...rows),
    make("p", { class: "fine faint poll-says", text: says(part, context.words, clock(context.language)) }),
    acts(part, { ...context, open, voted: mine.length > 0 }),
    make("p", { class: "fine", role: "status", "data-said": true }));
  if (open) {
    form.addEventListener("submit", (event) => { event.preventDefault(); choose(form, part, context, event.submitter?.value === "back"); });
    form.addEventListener("change", () => { form.dataset.touched = ""; });
    keep(form);
  }
  return form;
}

// What stood in the poll that this one replaces stays: ticks that are not sent yet, the words below it, and the focus.
function keep(form) {
  const old = document.querySelector?.(`form[data-poll="${form.dataset.poll}"]`);
  if (!old) return;
  if (old.dataset.touched !== undefined) {
    for (const input of form.elements.choice ?? []) input.checked = [...old.elements.choice].some((other) => other.value === input.value && other.checked);
    form.dataset.touched = "";
  }
  form.querySelector("[data-said]").textContent = old.querySelector("[data-said]").textContent;
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  if (focus) queueMicrotask(() => [...form.querySelectorAll("input, button, a")].find((it) => it.tagName === focus.tagName && it.value === focus.value && it.name === focus.name)?.focus());
}

async function choose(form, part, context, back) {
  const body = new FormData(form);
  if (back) body.set("act", "back");
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
  const data = await answer?.json().catch(() => null);
  const shown = document.querySelector(`form[data-poll="${part.id}"]`) ?? form;
  const said = shown.querySelector("[data-said]");
  if (!answer?.ok) { said.textContent = data?.words ?? context.words.say("err_server"); return; }
  delete shown.dataset.touched;
  said.textContent = context.words.say(data.mine.length ? "poll_noted" : "poll_taken");
  const { message } = context;
  message.mine_parts = { ...message.mine_parts, [`poll:${part.id}`]: data.mine };
  const now = message.parts.find((it) => it.kind === "poll" && it.id === part.id);
  if (now) shown.replaceWith(render(now, { ...context, mine: data.mine }));
}
