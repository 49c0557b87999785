// Two taps to finish: the photo, then send; what could not be sent stays and can be sent again.

import "./amounts.js";
import { keep, kept } from "../../kit/storage.js";
import { takesPhotos } from "./shots.js";

const SCROLLED = "michi-crew-scrolled";
document.documentElement.classList.add("scripted");
const trouble = document.getElementById("trouble");

comeBack();
document.querySelectorAll("form[data-photos]").forEach(takesPhotos);

for (const form of document.querySelectorAll("form[data-send]")) {
  const { done_at: when } = form.elements;
  if (!when) continue;
  // the same press that is sent again says the same time; another wish is another press
  for (const changing of ["input", "change"]) form.addEventListener(changing, () => (when.value = ""));
  form.addEventListener("formdata", ({ formData }) => {
    when.value ||= now();
    formData.set("done_at", when.value);
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-send]")) return;
  event.preventDefault();
  send(form, event.submitter);
});

// a form that waited on the phone (data-queue) was sent, and is still open
document.addEventListener("refused", (event) => {
  event.preventDefault();
  refused(event.target, event.detail);
});

/** To where one was before the page was asked for anew by a press that leads to itself. */
function comeBack() {
  const [path, top] = (kept(SCROLLED) ?? "").split(" ");
  keep(SCROLLED, null);
  if (path === location.pathname) scrollTo({ top: Number(top), behavior: "instant" });
  const note = ({ target }) => target.dataset.then === location.pathname && keep(SCROLLED, `${location.pathname} ${scrollY}`);
  addEventListener("submit", note, true);
}

async function send(form, button) {
  const words = button.textContent;
  const body = new FormData(form, button); // a disabled button would not be in it
  const buttons = [...document.querySelectorAll("form[data-send] button")].filter((one) => !one.disabled);
  buttons.forEach((one) => (one.disabled = true));
  (button.querySelector("span") ?? button.lastChild).textContent = "送っています…";
  trouble.hidden = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok && told.done) return location.replace(told.next);
    refused(form, told);
  } catch {
    complain("電波が届かず送れませんでした。写真はこの画面に残っています。電波の良い所で、もう一度押してください。");
  }
  buttons.forEach((one) => (one.disabled = false));
  (button.querySelector("span") ?? button.lastChild).textContent = words.trim();
}

function refused(form, told) {
  complain(told.sentence ?? told.detail ?? "送れませんでした。もう一度お試しください。");
  if (told.reason === "far") form.querySelector(".far")?.removeAttribute("data-far");
}

/** By this phone's clock, with its distance from UTC. */
function now() {
  const at = new Date();
  const ahead = -at.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const here = new Date(at.getTime() + ahead * 60_000).toISOString().slice(0, 19);
  return `${here}${ahead < 0 ? "-" : "+"}${two(ahead / 60)}:${two(ahead % 60)}`;
}

function complain(words) {
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "center" });
}
