// Several tickets are chosen, and taken on or given back in one press.
import { $ } from "../../kit/dom.js";

const MOST = 50; // as web/crew/list/claim.py
const FAILED = "電波が届かず送れませんでした。選んだ受付票はそのままです。もう一度押してください。";

/** `took(html)` hears what the answer to a press says. */
export function letChoose(took) {
  const form = $("claim");
  $("choose").hidden = $("choose-end").hidden = false;
  $("choose").addEventListener("click", () => choosing(true));
  $("choose-end").addEventListener("click", () => choosing(false));
  $("list").addEventListener("change", say);
  $("list").addEventListener("click", (event) => {
    const row = event.target.closest("li[data-number]");
    if (!isChoosing() || !row || event.target.closest(".pick")) return;
    event.preventDefault();
    row.querySelector(".pick input").click();
  });
  document.addEventListener("keydown", ({ key }) => key === "Escape" && isChoosing() && choosing(false));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter, took);
  });
  say();
}

/** What was chosen before its rows were drawn anew. */
export function chooseAgain(numbers) {
  for (const box of boxes()) if (numbers.has(box.name)) box.checked = true;
  say();
}

export const chosen = () => new Set(boxes().filter(({ checked }) => checked).map(({ name }) => name));

const boxes = () => [...document.querySelectorAll("#list .pick input")];
const isChoosing = () => document.body.classList.contains("choosing");

function choosing(on) {
  document.body.classList.toggle("choosing", on);
  if (!on) boxes().forEach((box) => (box.checked = false));
  say();
  (on ? boxes()[0] : $("choose"))?.focus({ preventScroll: true });
}

function say() {
  const many = chosen().size;
  const isTooMany = many > MOST;
  $("chosen").textContent = isTooMany ? `一度に選べるのは ${MOST}件までです(いま ${many}件)` : many ? `${many}件を選んでいます` : "受付票を押して選んでください";
  for (const button of $("claim").querySelectorAll("[name=act]")) button.disabled = !many || isTooMany;
}

async function send(form, button, took) {
  const body = new URLSearchParams(new FormData(form, button));
  for (const one of form.querySelectorAll("[name=act]")) one.disabled = true;
  $("chosen").textContent = "送っています…";
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    took(await answer.text());
    choosing(false);
  } catch {
    say();
    if (navigator.serviceWorker?.controller) return leave(form, button);
    $("chosen").textContent = FAILED;
  }
}

/** Without signal it waits on the phone, as all that a crew does (../offline/forms.js). */
function leave(form, button) {
  Object.assign(form.dataset, { queue: button.textContent, title: `受付票 ${chosen().size}件`, then: "/crew/" });
  form.requestSubmit(button);
}
