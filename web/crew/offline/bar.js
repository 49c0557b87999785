// The line below the head of every page: no signal, what waits, how far the phone's own copy is.
import { made } from "../../kit/dom.js";
import { hear } from "./channel.js";
import { acts, fact } from "./store.js";

const WAITING = "/crew/waiting";
const LONG_MS = 2_000;
const LITTLE_BYTES = 50 * 1024 * 1024;
const seen = { state: "", keeping: null, low: false, isBack: false };
let bar = null;

/** Shows it, and keeps it true. */
export function showBar(person) {
  bar = made("div", "offline-bar");
  bar.setAttribute("role", "status");
  bar.hidden = true;
  document.querySelector(".top").after(bar);
  const renew = () => draw(person);
  hear((told) => {
    if (told.keeping) seen.keeping = told.keeping;
    if (told.keeping && !told.keeping.broken) seen.isBack = true;
    if (told.keeping?.broken === "QuotaExceededError") seen.low = true;
    if (told.state) seen.state = told.state;
    if (told.keeping || told.state || told.acts) renew();
  });
  addEventListener("online", () => {
    seen.isBack = true;
    renew();
  });
  addEventListener("offline", renew);
  navigator.storage?.estimate?.().then(({ quota, usage }) => {
    seen.low = quota - usage < LITTLE_BYTES;
    renew();
  });
  renew();
}

async function draw(person) {
  const waiting = await acts(person).catch(() => []);
  const parts = [signal(), ...count(waiting), door(waiting), progress(), room()].filter(Boolean);
  bar.replaceChildren(...parts);
  bar.hidden = !parts.length;
  await mark(waiting);
}

function signal() {
  const kept = location.pathname === WAITING ? null : document.body.dataset.kept;
  const isAway = !navigator.onLine || seen.state === "away" || (kept && !seen.isBack);
  if (isAway) return away(kept);
  if (!kept) return null;
  const link = made("a", "offline-count", `${clock(kept)}に保存した画面です。開き直す`);
  link.href = location.href;
  return link;
}

function away(kept) {
  const line = made("p", "offline-signal", "電波がありません");
  line.append(kept ? `(${clock(kept)}の画面)` : made("span", "offline-more", "。したことは、この電話に保存されます。"));
  return line;
}

function count(waiting) {
  if (!waiting.length || location.pathname === WAITING) return [];
  const stuck = waiting.filter((act) => act.state !== "waiting").length;
  const link = made("a", `offline-count${stuck ? " stuck" : ""}`, `送信待ち ${waiting.length}件${stuck ? `(確認が必要 ${stuck}件)` : ""}`);
  link.href = WAITING;
  return [link];
}

function door(waiting) {
  if (seen.state !== "signed-out" || !waiting.length) return null;
  const link = made("a", "offline-count stuck", `サインインすると ${waiting.length}件を送ります`);
  link.href = "/sign-in?next=/crew/waiting";
  return link;
}

function progress() {
  const { kept, of, since, done, broken } = seen.keeping ?? {};
  if (!kept || done || broken || Date.now() - since < LONG_MS) return null;
  const label = made("label", "offline-progress", `電波がなくても使えるように保存しています ${kept} / ${of}`);
  const line = made("progress");
  Object.assign(line, { value: kept, max: of });
  label.append(line);
  return label;
}

function room() {
  return seen.low ? made("p", "offline-signal", "この電話の空きが少なくなっています。写真を保存できないことがあります。") : null;
}

/** Tickets on which something waits are marked wherever a page leads to them. */
async function mark(waiting) {
  document.querySelectorAll(".offline-mark").forEach((one) => one.remove());
  if (location.pathname === WAITING) return;
  const each = waiting.flatMap((act) => numbersOf(act).map((number) => ({ ...act, number })));
  for (const { number, what, state } of each) {
    const words = state === "waiting" ? `送信待ち: ${what}` : `確認が必要: ${what}`;
    for (const link of document.querySelectorAll(`#main a[href="/crew/tickets/${number}"]`)) {
      (link.querySelector(".chips") ?? link).prepend(made("span", "mark offline-mark", words));
    }
    if (location.pathname === `/crew/tickets/${number}`) document.querySelector("#main .chips")?.prepend(made("span", "mark offline-mark", words));
  }
}

/** Of one ticket, or of those that were chosen in the list. */
function numbersOf({ number, fields }) {
  return number ? [number] : fields.filter(([name]) => name.startsWith("t.")).map(([name]) => name.slice(2));
}

/** Hours and minutes, and the day where it is another one. */
export function clock(when) {
  const day = new Date(when);
  const time = `${day.getHours()}:${String(day.getMinutes()).padStart(2, "0")}`;
  return day.toDateString() === new Date().toDateString() ? `${time} ` : `${day.getMonth() + 1}月${day.getDate()}日 ${time} `;
}

/** What was lost after too long without contact, told once. */
export async function lostOf(person) {
  return (await fact(`lost:${person}`)) ?? [];
}
