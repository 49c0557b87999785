// What changes in the list while it is open: new urgent tickets knock, the rest finds its place.
import { $ } from "../../kit/dom.js";
import { alertOf, isOn } from "../../kit/alert.js";
import { letClose, tellUrgent } from "./told.js";
import { chooseAgain, chosen } from "./choose.js";
import { rows } from "./way.js";

const EVERY_MS = 15_000;
const UNSEEN_MS = 60_000;
const PATIENCE_MS = 20_000;
const AWAY = "電波が届いていません。前の一覧を表示しています。";
const SIGNED_OUT = "時間がたったためサインアウトしました。画面を読み込み直してください。";
const FRESH = new Set();

/** Numbers of urgent tickets that came while the page was open. */
export const fresh = () => FRESH;

/** From now on; `drawn` is called when the rows are others. Not while the phone is in a pocket, but where it rings. */
export function keepAsking(drawn) {
  let waits = 0;
  const next = () => {
    clearTimeout(waits);
    waits = setTimeout(turn, document.hidden ? UNSEEN_MS : EVERY_MS);
  };
  const turn = async () => {
    if (!document.hidden || isOn()) await ask(drawn);
    next();
  };
  document.addEventListener("visibilitychange", () => document.hidden || turn());
  letClose();
  readOn(drawn).catch(() => say(AWAY)).finally(next);
}

/** The list, its head and what was told, of a page of ours (HTML). */
export function takePage(html, drawn) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const alert = page.querySelector("[role=alert]");
  if (!page.getElementById("list")) return say(alert?.textContent.trim() ?? SIGNED_OUT);
  const before = rows();
  const ticked = chosen();
  const list = $("list");
  Object.assign(list.dataset, page.getElementById("list").dataset);
  list.replaceChildren(...page.getElementById("list").children);
  for (const id of ["count", "mine", "told"]) $(id).replaceChildren(...page.getElementById(id).childNodes);
  for (const name of ["key", "csrf"]) $("claim").elements[name].value = page.getElementById("claim").elements[name].value;
  letClose();
  chooseAgain(ticked);
  knock(before);
  drawn();
  readOn(drawn).catch(() => say(AWAY));
}

async function ask(drawn) {
  const { moment, stamp } = $("list").dataset;
  try {
    const answer = await fetch(`/crew/changes?${new URLSearchParams({ since: moment, stamp })}`, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status === 401) return say(SIGNED_OUT);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    if ([AWAY, SIGNED_OUT].includes($("said").textContent)) say("");
    if (answer.status === 204) return;
    const told = await answer.json();
    if (told.anew) takePage(await pageAt("/crew/"), drawn);
    else change(told, drawn);
  } catch {
    say(AWAY);
  }
}

function change({ moment, rows: html, numbers, count, reopened, mine }, drawn) {
  const before = rows();
  const ticked = chosen();
  const list = $("list");
  const there = new Set(numbers);
  for (const [number, row] of before) if (!there.has(number)) row.remove();
  for (const row of rowsIn(html)) {
    const old = before.get(row.dataset.number);
    const focused = old?.contains(document.activeElement);
    if (old?.isConnected) old.replaceWith(row);
    else list.append(row);
    if (focused) row.querySelector("a").focus({ preventScroll: true });
  }
  sort(list, numbers);
  list.dataset.moment = moment;
  sayHead(count, reopened, mine);
  chooseAgain(ticked);
  knock(before);
  drawn();
}

/** In the order of work, from which the others are made. */
function sort(list, numbers) {
  const all = rows();
  const turns = numbers.map((number) => all.get(number)).filter(Boolean);
  if (turns.some((row, turn) => list.children[turn] !== row)) list.append(...turns);
}

/** What follows on the first page, page by page. */
async function readOn(drawn) {
  const list = $("list");
  for (let after = list.dataset.more; after; ) {
    const page = new DOMParser().parseFromString(await pageAt(`/crew/?${new URLSearchParams({ after })}`), "text/html");
    if (list.dataset.more !== after) return;
    const known = rows();
    const next = page.getElementById("list");
    list.append(...[...next.children].filter(({ dataset }) => !known.has(dataset.number)));
    after = list.dataset.more = next.dataset.more;
    drawn();
  }
  $("more").hidden = true;
}

async function pageAt(address) {
  const answer = await fetch(address, { cache: "no-store", headers: { Accept: "text/html" }, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
}

function rowsIn(html) {
  return [...new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html").querySelectorAll("li")];
}

/** Says what is new among the rows; what is urgent rings, and stands on top until it is opened. */
function knock(before) {
  const news = [...rows().values()].filter(({ dataset }) => !before.has(dataset.number));
  const came = (name) => [...rows().values()].filter(({ dataset }) => name in dataset && !(name in (before.get(dataset.number)?.dataset ?? {})));
  const urgent = came("urgent").filter(({ dataset }) => !("waits" in dataset));
  const again = came("again");
  for (const { dataset } of urgent) FRESH.add(dataset.number);
  for (const row of rows().values()) row.toggleAttribute("data-fresh", FRESH.has(row.dataset.number));
  const others = urgent.length > 1 ? ` ほか${urgent.length - 1}件` : "";
  const words = urgent.length && `緊急の受付票が届きました: ${wordsOf(urgent[0])}${others}`;
  const unmended = again.length && `まだ直っていないという知らせが ${again.length}件 あります。`;
  if (words) tellUrgent(words, urgent[0].dataset.number);
  if (words || unmended) alertOf(words || unmended);
  if (unmended) say(unmended);
  else if (news.length > urgent.length) say(`新しい受付票が ${news.length - urgent.length}件 あります。`);
}

function wordsOf(row) {
  return `${row.querySelector("b").textContent}、${row.querySelector(".where").firstChild.textContent}`;
}

function sayHead(count, reopened, mine) {
  const strong = document.createElement("strong");
  strong.textContent = `まだ直っていない ${reopened}件`;
  $("count").replaceChildren(count > 5000 ? "5000件以上" : `${count}件`, ...(reopened ? ["・", strong] : []));
  $("mine").textContent = mine;
}

function say(words) {
  if ($("said").textContent !== words) $("said").textContent = words;
}
