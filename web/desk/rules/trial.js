// A draft tried on past tickets: progress while it is counted, then a matrix, a map and a list.
import { $, made } from "../../kit/dom.js";
import { follow } from "../../kit/progress.js";

const AT_ONCE = 100;
const NOBODY = "担当課未定";
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

const form = $("trial");
const state = { result: null, chosen: null, shown: AT_ONCE, map: null };

form.addEventListener("submit", (event) => {
  event.preventDefault();
  tryIt();
});
form.querySelector("button").disabled = false;
$("more").addEventListener("click", () => {
  const next = state.shown;
  state.shown += AT_ONCE;
  drawList();
  $("moves").children[next]?.querySelector("a").focus();
});

async function tryIt() {
  const button = form.querySelector("button");
  button.disabled = true;
  for (const id of ["trial-wrong", "verdict", "trial-result"]) $(id).hidden = true;
  progress({ done: 0, total: 0 });
  $("progress").hidden = false;
  const { result, wrong } = await answered();
  $("progress").hidden = true;
  button.disabled = false;
  if (result) show(result);
  else refuse(wrong);
}

async function answered() {
  try {
    const begun = await asked(form.action, { method: "POST", body: new FormData(form) });
    if (!("done" in begun)) return begun;
    progress(begun);
    return await follow(() => asked(`/staff/rules/trials/${begun.trial}`, { cache: "no-store" }), {
      underway: (told) => "done" in told,
      draw: progress,
    });
  } catch {
    return { wrong: "つながりません。少し待って、もう一度お試しください。" };
  }
}

async function asked(address, options) {
  const headers = { Accept: "application/json", "X-CSRF-Token": form.elements.csrf.value };
  const answer = await fetch(address, { ...options, headers });
  const told = await answer.json();
  return answer.ok ? told : { wrong: told.detail };
}

function progress({ ahead = 0, done, total }) {
  const bar = $("bar");
  if (total) Object.assign(bar, { max: total, value: done });
  else bar.removeAttribute("value");
  const counted = total ? `数えています… ${total}件のうち${done}件` : "数えています…";
  $("bar-words").textContent = ahead ? `順番を待っています… 先に${ahead}件あります` : counted;
}

function refuse(words) {
  $("trial-wrong").textContent = words;
  $("trial-wrong").hidden = false;
}

function show(result) {
  Object.assign(state, { result, chosen: null, shown: AT_ONCE });
  const { looked_at, moves, unchanged, by_hand, days } = result;
  const counted = `${looked_at}件のうち、変わらないもの${unchanged}件、手で決めてあり数えないもの${by_hand}件`;
  const later = days ? `、期限の日数が変わるもの${days}件` : "";
  const verdict = $("verdict");
  verdict.textContent = !looked_at
    ? "この日からあとに振り分けた受付票がありません。もっと前の日からお試しください。"
    : moves.length
      ? `${moves.length}件の担当課が変わります(${counted}${later})。`
      : `担当課は何も変わりません(${counted}${later})。`;
  verdict.className = `notice ${moves.length || !looked_at ? "warn" : "good"}`;
  verdict.hidden = false;
  $("trial-result").hidden = !moves.length;
  if (moves.length) drawAll();
  verdict.focus();
}

function drawAll() {
  const goals = [...new Set(state.result.matrix.map(([, after]) => after))];
  state.letters = new Map(goals.map((key, at) => [key, LETTERS[at % LETTERS.length]]));
  drawMatrix(goals);
  drawLegend(goals);
  drawChosen();
  drawMap();
}

function drawMatrix(goals) {
  const origins = [...new Set(state.result.matrix.map(([before]) => before))];
  const counts = new Map(state.result.matrix.map(([before, after, count]) => [`${before}>${after}`, count]));
  const table = made("table", "matrix");
  const head = made("tr");
  head.append(headOf("th", "いまの担当課 ＼ 新しい担当課", "col"), ...goals.map((key) => headOf("th", `${state.letters.get(key)} ${nameOf(key)}`, "col")));
  const lines = origins.map((before) => {
    const line = made("tr");
    line.append(headOf("th", nameOf(before), "row"), ...goals.map((after) => cellOf(before, after, counts.get(`${before}>${after}`))));
    return line;
  });
  table.append(made("thead"), made("tbody"));
  table.tHead.append(head);
  table.tBodies[0].append(...lines);
  const all = made("button", "all", `すべて ${state.result.moves.length}件`);
  all.addEventListener("click", () => choose(null));
  $("matrix").replaceChildren(table, all);
}

function cellOf(before, after, count) {
  const cell = made("td");
  if (!count) return cell;
  const button = made("button", "", String(count));
  button.dataset.pair = `${before}>${after}`;
  button.setAttribute("aria-label", `${nameOf(before)}から${nameOf(after)}へ ${count}件`);
  button.addEventListener("click", () => choose(button.dataset.pair));
  cell.append(button);
  return cell;
}

function choose(pair) {
  Object.assign(state, { chosen: pair, shown: AT_ONCE });
  drawChosen();
}

function drawChosen() {
  for (const button of $("matrix").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", (button.dataset.pair ?? null) === state.chosen);
  }
  drawList();
  showOnMap();
}

/** MapLibre is large and comes only now. */
async function drawMap() {
  const { drawMoves } = await import("./map.js");
  state.map ??= drawMoves($("map"), chooseNumber);
  showOnMap();
}

function showOnMap() {
  const goals = [...state.letters.keys()];
  state.map?.show(chosen().map((move) => ({ ...move, letter: state.letters.get(move.after), colour: goals.indexOf(move.after) })));
}

function chosen() {
  return state.result.moves.filter(({ before, after }) => !state.chosen || state.chosen === `${before}>${after}`);
}

function drawList() {
  const moves = chosen();
  const some = moves.slice(0, state.shown);
  $("moves").replaceChildren(...some.map(itemOf));
  $("moves-shown").textContent = `${moves.length}件のうち${some.length}件を出しています。`;
  $("more").hidden = some.length === moves.length;
}

function itemOf(move) {
  const item = made("li");
  item.dataset.number = move.number;
  const link = made("a", "number", move.number);
  link.href = `/staff/tickets/${move.number}`;
  const way = made("span", "", `${nameOf(move.before)} → ${nameOf(move.after)}`);
  const rules = made("span", "soft small", `${ruleOf(move.rule_before)} → ${ruleOf(move.rule_after)}`);
  item.append(badge(move.after), link, way, rules);
  return item;
}

/** A point of the map was clicked: its row is brought into view. */
function chooseNumber(number) {
  const at = chosen().findIndex((move) => move.number === number);
  if (at >= state.shown) {
    state.shown = at + AT_ONCE;
    drawList();
  }
  for (const item of $("moves").children) item.classList.toggle("pointed", item.dataset.number === number);
  const link = $("moves").children[at]?.querySelector("a");
  link?.focus({ preventScroll: true });
  link?.scrollIntoView({ block: "center" });
}

function drawLegend(goals) {
  $("legend").replaceChildren(...goals.map((key) => {
    const item = made("li");
    item.append(badge(key), ` ${nameOf(key)}へ`);
    return item;
  }));
}

function badge(key) {
  const goals = [...state.letters.keys()];
  const mark = made("span", `goal goal-${goals.indexOf(key) % 8}`, state.letters.get(key));
  mark.setAttribute("aria-hidden", "true");
  return mark;
}

const nameOf = (key) => (key ? state.result.names[key] : NOBODY);
const ruleOf = (order) => (order === null ? "規則なし" : `規則${order}番`);

function headOf(tag, words, scope) {
  const element = made(tag, "", words);
  element.scope = scope;
  return element;
}
