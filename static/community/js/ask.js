// Asking the room without leaving it: the page's form in a dialog. Without this file the button leads to the page.

async function open(link) {
  const answer = await fetch(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const form = page?.querySelector("[data-ask-form]");
  if (!form) { location.href = link.href; return; }
  const title = document.createElement("h2");
  Object.assign(title, { id: "ask-title", textContent: page.querySelector("#ask-title").textContent });
  const dialog = document.createElement("dialog");
  dialog.className = "dialog dialog--ask";
  dialog.setAttribute("aria-labelledby", "ask-title");
  form.classList.remove("card");
  dialog.append(title, document.importNode(form, true));
  link.closest("yaji-chat").append(dialog);
  wire(dialog, link);
  dialog.showModal();
  dialog.querySelector("[name=question]").focus();
}

function wire(dialog, link) {
  const form = dialog.querySelector("form");
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.querySelector("[data-close]").addEventListener("click", (event) => { event.preventDefault(); dialog.close(); });
  form.addEventListener("input", () => more(form));
  form.addEventListener("submit", (event) => { event.preventDefault(); send(dialog, form); });
}

// One more empty line as soon as the last one is written in.
function more(form) {
  const hidden = form.querySelector("[data-more]");
  const shown = [...form.querySelectorAll(".poll-line:not([data-more]) input")];
  if (hidden && shown.every((input) => input.value.trim())) hidden.removeAttribute("data-more");
}

async function send(dialog, form) {
  const error = form.querySelector('[data-slot="error"]');
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
  if (answer?.ok) { dialog.close(); return; }
  const data = await answer?.json().catch(() => null);
  error.textContent = data?.words ?? document.querySelector("[data-words]")?.content.querySelector('[data-word="offline"]')?.textContent ?? "";
  error.hidden = false;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-ask]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link);
});
