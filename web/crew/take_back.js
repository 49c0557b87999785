// For how long what was just told can still be taken back; a page that lay on the phone offers nothing.
import { made } from "../kit/dom.js";

const FAILED = "電波が届かず取り消せませんでした。電波の良い所で、もう一度押してください。";

for (const form of document.querySelectorAll("form.take-back")) {
  const end = Date.now() + Number(form.dataset.seconds) * 1000;
  if ("kept" in document.body.dataset) form.remove();
  else tick(form, end);
  form.addEventListener("submit", (event) => send(event, form));
}

function tick(form, end) {
  const left = Math.round((end - Date.now()) / 1000);
  if (left <= 0 && !("sending" in form.dataset)) return form.remove();
  form.querySelector("[data-left]").textContent = Math.max(left, 0);
  setTimeout(() => form.isConnected && tick(form, end), 1000);
}

async function send(event, form) {
  event.preventDefault();
  if ("sending" in form.dataset) return;
  form.dataset.sending = "";
  const body = new URLSearchParams(new FormData(form, event.submitter));
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.done) return leave(form, event.submitter, told.next);
    say(form, told.sentence ?? told.detail ?? FAILED);
  } catch {
    say(form, FAILED);
  }
  delete form.dataset.sending;
}

/** Who lets it be told stays where they are. */
function leave(form, button, next) {
  if (button?.value === "keep") return form.remove();
  location.replace(next);
}

function say(form, words) {
  form.querySelector("[role=alert]")?.remove();
  const line = made("p", "", words);
  line.setAttribute("role", "alert");
  form.prepend(line);
}
