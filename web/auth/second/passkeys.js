// A form with a passkey is sent once the browser has made or used one; nothing else of it is kept here.
import "../../kit/once.js";

const NOT_HERE = "このブラウザーでは、パスキーを使えません。";
const STOPPED = "パスキーの確認が終わりませんでした。もう一度押すか、ほかの方法をお試しください。";
const KNOWN = "この端末のパスキーは、もう加えてあります。";
const ELSEWHERE = "このアドレスでは、パスキーを使えません。市から知らされたアドレスで開くか、ほかの方法をお試しください。";
const AWAY = "つながりませんでした。電波を確かめて、もう一度押してください。";

for (const field of document.querySelectorAll("[data-passkey]")) {
  field.form.addEventListener("submit", (event) => {
    if (field.value) return;
    event.preventDefault();
    ask(field, event.submitter);
  });
}

async function ask(field, button) {
  const said = field.form.querySelector("[data-passkey-said]");
  said.hidden = true;
  if (button) button.disabled = true;
  try {
    field.value = JSON.stringify(await answered(field));
    field.form.requestSubmit();
  } catch (error) {
    said.textContent = wordsFor(error);
    said.hidden = false;
  } finally {
    if (button) button.disabled = false;
  }
}

async function answered(field) {
  if (!globalThis.PublicKeyCredential) throw new Error(NOT_HERE);
  const answer = await fetch(field.dataset.options, { headers: { accept: "application/json" } }).catch(() => null);
  if (!answer) throw new Error(AWAY);
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  const makes = field.dataset.passkey === "make";
  const made = makes
    ? await navigator.credentials.create({ publicKey: toMake(told) })
    : await navigator.credentials.get({ publicKey: toSign(told) });
  return plain(made);
}

function wordsFor(error) {
  if (!(error instanceof DOMException)) return error.message;
  return { InvalidStateError: KNOWN, SecurityError: ELSEWHERE }[error.name] ?? STOPPED;
}

function toMake(told) {
  const user = { ...told.user, id: bytes(told.user.id) };
  return { ...told, user, challenge: bytes(told.challenge), excludeCredentials: known(told.excludeCredentials) };
}

function toSign(told) {
  return { ...told, challenge: bytes(told.challenge), allowCredentials: known(told.allowCredentials) };
}

function known(keys = []) {
  return keys.map((key) => ({ ...key, id: bytes(key.id) }));
}

/** As the server reads it: bytes in base64url. */
function plain({ id, rawId, type, response }) {
  const told = { clientDataJSON: letters(response.clientDataJSON) };
  if (response.attestationObject) {
    told.attestationObject = letters(response.attestationObject);
    told.transports = response.getTransports?.() ?? [];
  } else {
    told.authenticatorData = letters(response.authenticatorData);
    told.signature = letters(response.signature);
    if (response.userHandle) told.userHandle = letters(response.userHandle);
  }
  return { id, rawId: letters(rawId), type, response: told, clientExtensionResults: {} };
}

function bytes(words) {
  const binary = atob(words.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function letters(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
