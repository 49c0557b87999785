// What comes while the page is open: asked for every few seconds while it is looked at, then each part
// that has changed is put in its place, but for one in which somebody types.
import { byItself } from "../../kit/by_itself.js";
import { $ } from "../../kit/dom.js";

const EVERY_MS = 6000;
const PATIENCE_MS = 30_000;
const bar = $("fresh");
const { address } = bar.dataset;
let shown = Number(bar.dataset.change);
let asking = false;

setInterval(() => document.hidden || ask(), EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || ask());

async function ask() {
  if (asking) return;
  asking = true;
  try {
    const answer = await get(`${address}/news?change=${shown}`);
    if (answer.status === 401) return say("時間がたったためサインアウトしました。書いている文は残っています。別の画面でサインインしてください。");
    if (answer.status !== 200) return;
    const { change } = await answer.json();
    const page = await get(address);
    if (!page.ok) return;
    renew(new DOMParser().parseFromString(await page.text(), "text/html"));
    shown = change;
  } catch {
    // not reached: asked again in a while
  } finally {
    asking = false;
  }
}

function get(path) {
  return fetch(path, { cache: "no-store", headers: { accept: path === address ? "text/html" : "application/json", ...byItself() }, signal: AbortSignal.timeout(PATIENCE_MS) });
}

function renew(page) {
  const known = new Set([...document.querySelectorAll("[data-line]")].map(({ dataset }) => dataset.line));
  const lines = [...page.querySelectorAll("[data-live=history] [data-line]")].filter(({ dataset }) => !known.has(dataset.line));
  const left = [...document.querySelectorAll("[data-live]")].filter((part) => !renewed(part, page));
  for (const { dataset } of lines) document.querySelector(`[data-live=history] [data-line="${dataset.line}"]`)?.classList.add("fresh-line");
  document.dispatchEvent(new Event("renewed"));
  const told = lines.slice(0, 3).map((line) => `${words(line, ".by")}: ${words(line, ".what")}`);
  say(told.join(" / ") || "この受付票が変わりました。", left.some(({ dataset }) => dataset.live === "move"));
}

/** Whether this part is as it is now; not where somebody has typed or is typing. */
function renewed(part, page) {
  const now = page.querySelector(`[data-live="${part.dataset.live}"]`);
  if (!now || alike(part, now)) return true;
  if (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return false;
  if ([...part.querySelectorAll("input, select, textarea")].some((field) => isTouched(field, now))) return false;
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.className);
  part.replaceWith(document.adoptNode(now));
  for (const one of now.querySelectorAll("details")) one.open ||= open.includes(one.className);
  return true;
}

/** But for what each page has its own of: the keys of its forms, and how long a press is good for. */
function alike(part, now) {
  const [one, other] = [part, now].map((element) => {
    const copy = element.cloneNode(true);
    for (const hidden of copy.querySelectorAll("input[type=hidden]")) hidden.remove();
    for (const line of copy.querySelectorAll(".fresh-line")) line.classList.remove("fresh-line");
    return copy.textContent.replace(/\s+/g, " ") + [...copy.querySelectorAll("img, [data-waiting]")].map((image) => image.getAttribute("src") ?? image.dataset.waiting);
  });
  return one === other;
}

/** Whether it says something else than the page would say that comes now. */
function isTouched(field, now) {
  if (field.type === "hidden") return false;
  if (field.type === "file") return field.files.length > 0;
  const isChoice = ["radio", "checkbox"].includes(field.type);
  const twins = [...now.querySelectorAll(`[name="${CSS.escape(field.name)}"]`)];
  const twin = twins.find((one) => !isChoice || one.value === field.value);
  return isChoice ? field.checked !== Boolean(twin?.checked) : field.value !== (twin?.value ?? "");
}

function words(line, part) {
  return line.querySelector(part)?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

/** `isHeld`: somebody is choosing what to do next of a ticket that is not what it was. */
function say(sentence, isHeld = false) {
  if (bar.firstChild?.textContent === sentence) return;
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: "閉じる" });
  close.addEventListener("click", () => bar.replaceChildren());
  const told = document.createElement("span");
  told.textContent = isHeld ? `${sentence} — 入力中の欄はそのままです。` : sentence;
  bar.replaceChildren(told, close);
}
