// Passkeys: <form data-passkey="create | get"> holds a hidden field `credential`; its options lie in the page as
// #js_data or, with data-passkey-asks, come from the form's own address. The form stays hidden where none can be used.
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const listed = (credentials = []) => credentials.map((one) => ({ ...one, id: decode(one.id) }));

export const creation = ({ publicKey }) => ({
  publicKey: {
    ...publicKey,
    challenge: decode(publicKey.challenge),
    user: { ...publicKey.user, id: decode(publicKey.user.id) },
    excludeCredentials: listed(publicKey.excludeCredentials),
  },
});

export const request = ({ publicKey }) => ({
  publicKey: { ...publicKey, challenge: decode(publicKey.challenge), allowCredentials: listed(publicKey.allowCredentials) },
});

export function told(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: encode(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = encode(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = encode(response.authenticatorData);
    answer.signature = encode(response.signature);
    answer.userHandle = response.userHandle ? encode(response.userHandle) : null;
  }
  return {
    type: credential.type, id: credential.id, rawId: encode(credential.rawId), response: answer,
    authenticatorAttachment: credential.authenticatorAttachment, clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function options(form) {
  if (!("passkeyAsks" in form.dataset)) return JSON.parse(document.getElementById("js_data").textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  if (!answer.ok) throw new Error("no options");
  return answer.json();
}

function wanted(form, made) {
  const only = form.querySelector('input[name="passwordless"]');
  const choice = made.publicKey.authenticatorSelection;
  if (only && choice) {
    choice.residentKey = only.checked ? "required" : "discouraged";
    choice.requireResidentKey = only.checked;
    if (only.checked) choice.userVerification = "required";
  }
  return made;
}

async function ceremony(form) {
  const data = await options(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create(creation(wanted(form, data.creation_options)));
  }
  return navigator.credentials.get(request(data.request_options));
}

function wire(form) {
  const says = form.querySelector("[data-passkey-says]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    const field = form.querySelector('input[name="credential"]');
    if (field.value) return;
    event.preventDefault();
    if (says) says.hidden = true;
    event.submitter?.setAttribute("aria-busy", "true");
    try {
      field.value = JSON.stringify(told(await ceremony(form)));
      form.requestSubmit();
    } catch {
      if (says) says.hidden = false;
      event.submitter?.removeAttribute("aria-busy");
    }
  });
}

if (globalThis.document) {
  if (globalThis.PublicKeyCredential) document.querySelectorAll("form[data-passkey]").forEach(wire);
  else document.querySelectorAll("[data-passkey-none]").forEach((note) => { note.hidden = false; });
}
