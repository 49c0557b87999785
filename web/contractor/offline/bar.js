// What waits on this phone, below the head of each page of a contractor, and what one can do with it.
import { made } from "../../kit/dom.js";
import { acts, elsewhere, keep, remove } from "./store.js";
import { whose } from "./send.js";

const LOST = "14日以上送れなかったため、写真と書いたことをこの電話から消しました。市の担当者に知らせてください。";
let bar;

/** Keeps it true: `state` as of `send`; `again()` leads to a try to send. Gives what waits. */
export async function showBar(state, again) {
  const waiting = await acts(whose).catch(() => []);
  const others = await elsewhere(whose).catch(() => []);
  if (!bar) {
    bar = made("section", "waiting-bar");
    bar.setAttribute("aria-label", "送信待ち");
    bar.setAttribute("role", "status");
    document.querySelector(".top").after(bar);
  }
  const isAway = !navigator.onLine || state === "away";
  bar.hidden = !waiting.length && !isAway && !others.length;
  const unsent = waiting.filter((act) => act.state !== "lost");
  const said = unsent.length || isAway ? head(unsent, isAway, state, again) : [];
  bar.replaceChildren(...said, list(waiting, state, again), ...others.map(otherOrder));
  mark(unsent);
  return waiting;
}

/** How far it has come. */
export function sayInBar(words) {
  const line = bar?.querySelector(".waiting-words");
  if (line) line.textContent = words;
}

/** It is sent from its own page alone. */
function otherOrder(address) {
  const link = made("a", "button", "送信待ちのある、ほかの指示書を開く");
  link.href = address;
  return link;
}

function head(waiting, isAway, state, again) {
  const words = isAway ? "電波がありません。" : "";
  const many = waiting.length ? `送信待ち ${waiting.length}件` : "";
  const parts = [made("p", "waiting-words", `${words}${many || "したことは、この電話に保存されます。"}`)];
  if (waiting.length && state === "signed-out") {
    const door = made("a", "button", "サインインすると送ります");
    door.href = `/sign-in?next=${encodeURIComponent(location.pathname)}`;
    parts.push(door);
  } else if (waiting.some(({ state: its }) => its === "waiting")) {
    if (isAway) parts.push(made("p", "small", "電波が届いたら、自動で順番に送ります。"));
    parts.push(button("いま送る", "", () => again({ anyway: true })));
  }
  return parts;
}

function list(waiting, state, again) {
  const all = made("ol", "waiting-acts");
  all.append(...waiting.map((act) => line(act, state, again)));
  return all;
}

function line(act, state, again) {
  const item = made("li", act.state);
  const photos = act.shots.length ? `・写真 ${act.shots.length}枚` : "";
  item.append(made("b", "", act.what), made("span", "small", `${act.title}・${clock(act.at)}${photos}`));
  const why = act.state === "lost" ? LOST : act.sentence;
  if (why) item.append(made("p", "waiting-why", why));
  const row = made("p", "waiting-do");
  if (act.state === "refused" && isHere(act)) row.append(button("直して送る", "main", () => back(act, state, again)));
  else if (isHere(act)) row.append(button("取り消す", "quiet", () => back(act, state, again)));
  if (act.state === "refused") row.append(button("捨てる", "quiet", () => drop(act, state, again)));
  if (act.state === "lost") row.replaceChildren(button("分かりました", "", () => seen(act, state, again)));
  item.append(row);
  return item;
}

const formOf = ({ action }) => [...document.forms].find((form) => new URL(form.action).pathname === action);
const isHere = (act) => Boolean(formOf(act));

/** It is a form again, with its photos and words. */
async function back(act, state, again) {
  await keep(whose, act.action, { fields: act.fields.filter(([name]) => name !== "key"), shots: act.shots });
  await remove(act.id);
  formOf(act)?.dispatchEvent(new Event("back"));
  await showBar(state, again);
}

async function seen(act, state, again) {
  await remove(act.id);
  await showBar(state, again);
}

async function drop(act, state, again) {
  if (!confirm(`「${act.what}」を捨てますか。写真と書いたことは消えて、戻せません。`)) return;
  await seen(act, state, again);
}

/** Places on which something waits say so, and offer no second press of it. */
function mark(waiting) {
  document.querySelectorAll(".waits").forEach((one) => one.remove());
  for (const form of document.querySelectorAll(".place form")) (form.closest("details") ?? form).hidden = false;
  for (const act of waiting) {
    const form = formOf(act);
    const place = form?.closest(".place");
    if (!place) continue;
    place.querySelector(".inside h2").after(made("p", "state waits", `${act.state === "waiting" ? "送信待ち" : "確認が必要"}: ${act.what}`));
    const over = act.action.endsWith("/start") ? [form] : place.querySelectorAll("details.finish, details.cannot, form:has(.begin)");
    for (const one of over) one.hidden = true;
  }
}

function button(words, kind, done) {
  const one = made("button", kind, words);
  one.type = "button";
  one.addEventListener("click", done);
  return one;
}

function clock(when) {
  const day = new Date(when);
  const time = `${day.getHours()}:${String(day.getMinutes()).padStart(2, "0")}`;
  return day.toDateString() === new Date().toDateString() ? time : `${day.getMonth() + 1}月${day.getDate()}日 ${time}`;
}
