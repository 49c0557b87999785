// Editing the routing table: nothing is kept before it is saved, and nothing is lost on a refusal.
import { $ } from "../../kit/dom.js";
import { keep, kept } from "../../kit/storage.js";
import { COLUMNS, keyOf, keyOfAll, numbered, takesAll } from "./list.js";
import { cellOf, fill, mark, markOf, open, rowFor, wayTo } from "./rows.js";

const CHECK_AFTER_MS = 400;
const MOST_TOLD = 20;

const form = $("editor");
const list = $("rules");
const rows = new Map();
const start = JSON.parse($("start").textContent);
const shelf = `michi-rules-${form.elements.from.value}`;
const state = { rules: start.rules.map(withId), past: [], findings: start.findings, turn: 0, timer: 0, leaving: false };
const firstRules = state.rules;
const atStart = new Map(firstRules.map((rule) => [rule.id, keyOf(rule)]));

list.addEventListener("change", ({ target }) => target.matches("[data-column], [data-tell]") && takeField(target));
list.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (button && button.getAttribute("aria-disabled") !== "true") ACTS[button.dataset.do](placeOf(button));
});
$("add").addEventListener("click", add);
$("undo").addEventListener("click", undo);
$("undo-all").addEventListener("click", undoAll);
$("import").addEventListener("click", takeFile);
form.addEventListener("submit", save);
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("#rules input")) event.preventDefault();
});
addEventListener("beforeunload", (event) => state.past.length && !state.leaving && event.preventDefault());
draw();
say("");
offerKept();
$("save").disabled = false;

function withId(cells) {
  return { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), ...cells };
}

/** What came from a file is the rule that had its number at the start. */
function sameId(cells) {
  return { ...withId(cells), ...firstRules.find(({ order }) => order === cells.order), ...cells };
}

function placeOf(element) {
  return state.rules.findIndex((rule) => rule.id === element.closest("li[data-id]").dataset.id);
}

function change(rules) {
  state.past.push(state.rules);
  show(rules);
}

function show(rules) {
  state.rules = rules;
  draw();
  keepRules();
  clearTimeout(state.timer);
  state.timer = setTimeout(check, CHECK_AFTER_MS);
}

function draw() {
  const { rules } = state;
  const shown = rules.map((rule, index) => {
    const row = rows.get(rule.id) ?? rowFor(rule.id);
    rows.set(rule.id, row);
    fill(row, rule, { first: !index, last: index === rules.length - 1, touched: atStart.get(rule.id) !== keyOf(rule) });
    return row;
  });
  const same = shown.length === list.children.length && shown.every((row, index) => row === list.children[index]);
  if (!same) list.replaceChildren(...shown);
  drawFindings();
  $("undo").disabled = $("undo-all").disabled = !state.past.length;
  $("changed").textContent = changed();
}

function changed() {
  const stayed = state.rules.filter(({ id }) => atStart.has(id));
  const counts = {
    足した規則: state.rules.length - stayed.length,
    変えた規則: stayed.filter((rule) => atStart.get(rule.id) !== keyOf(rule)).length,
    消した規則: atStart.size - stayed.length,
  };
  const said = Object.entries(counts).filter(([, count]) => count).map(([what, count]) => `${what} ${count}`);
  return said.join("、") || "まだ何も変えていません。";
}

function drawFindings() {
  mark([...list.children], state.findings);
  $("whole").replaceChildren(...state.findings.filter(({ row }) => row === null).map(markOf));
}

function takeField(field) {
  const index = placeOf(field);
  const [column, value] = cellOf(field);
  const rules = state.rules.map((rule, at) => (at === index ? { ...rule, [column]: value } : rule));
  if (column === "order") rules.sort((one, other) => Number(one.order) - Number(other.order));
  change(rules);
  field.focus();
}

const ACTS = {
  open: (index) => open(list.children[index], !list.children[index].classList.contains("open")),
  up: (index) => move(index, index - 1),
  down: (index) => move(index, index + 1),
  remove: (index) => {
    const gone = state.rules[index].order;
    change(state.rules.filter((_, at) => at !== index));
    (list.children[Math.min(index, list.children.length - 1)]?.querySelector("[data-do=remove]") ?? $("add")).focus();
    announce(`規則${gone}番を消しました。「一つ戻す」で戻せます。`);
  },
};

function move(from, to) {
  const rules = state.rules.filter((_, at) => at !== from);
  rules.splice(to, 0, state.rules[from]);
  change(numbered(rules, to));
  const row = list.children[to];
  row.scrollIntoView({ block: "nearest" });
  row.querySelector(`[data-do=${to < from ? "up" : "down"}]`).focus();
  announce(`上から${to + 1}番目に動かしました。番号は${state.rules[to].order}番です。`);
}

function add() {
  const blank = withId(Object.fromEntries(COLUMNS.map((column) => [column, ""])));
  const last = state.rules.at(-1);
  const place = last && takesAll(last) ? state.rules.length - 1 : state.rules.length;
  change(numbered(state.rules.toSpliced(place, 0, blank), place));
  open(list.children[place], true);
  list.children[place].querySelector("select").focus();
  list.children[place].scrollIntoView({ block: "center" });
  announce(`規則${state.rules[place].order}番を足しました。`);
}

function undo() {
  show(state.past.pop());
  announce("一つ戻しました。");
}

function undoAll() {
  if (keyOfAll(state.rules) === keyOfAll(firstRules)) return;
  change(firstRules);
  announce("変更をすべて取り消しました。「一つ戻す」で取り消す前に戻せます。");
}

async function check() {
  const turn = ++state.turn;
  const answer = await send(form.action, posted("check"));
  if (turn !== state.turn || !answer.findings) return;
  const before = state.findings.length;
  state.findings = answer.findings;
  drawFindings();
  const wrong = state.findings.filter(({ refuses }) => refuses).length;
  if (before !== state.findings.length) announce(wrong ? `直すところが${wrong}か所あります。` : "直すところはありません。");
}

async function save(event) {
  event.preventDefault();
  clearTimeout(state.timer);
  state.turn++;
  $("save").disabled = true;
  const answer = await send(form.action, posted("save"));
  $("save").disabled = false;
  if (answer.go) {
    state.leaving = true;
    keep(shelf, null);
    location.assign(answer.go);
    return;
  }
  if (answer.live) form.elements.based_on.value = answer.live;
  refuse(answer);
}

async function takeFile() {
  const file = $("csv").files[0];
  if (!file) return refuse({ sentence: "読み込む CSV ファイルを選んでください。" });
  $("import").disabled = true;
  const answer = await send("/staff/rules/import", file);
  $("import").disabled = false;
  if (!answer.rules) return refuse({ ...answer, ofFile: true });
  change(answer.rules.map(sameId));
  state.findings = answer.findings;
  drawFindings();
  say(`「${file.name}」から${answer.rules.length}行を読み込みました。まだ保存していません。`, "good");
}

/** Says why not, and where; what is wrong with a file has no row here. */
function refuse({ sentence, findings = [], ofFile = false }) {
  say(sentence, "bad");
  if (findings.length && !ofFile) {
    state.findings = findings;
    drawFindings();
  }
  const marks = Object.assign(document.createElement("ul"), { className: "marks" });
  const wrong = findings.filter(({ refuses }) => refuses).slice(0, MOST_TOLD);
  marks.append(...wrong.map((one) => wayTo(one, ofFile || one.row === null ? null : list.children[one.row])));
  $("said").append(marks);
  $("said").focus();
}

function say(sentence, kind = "") {
  $("said").hidden = !sentence;
  $("said").className = `notice ${kind}`;
  $("said").textContent = sentence;
}

function posted(act) {
  const body = new FormData(form);
  body.set("do", act);
  body.set("table", JSON.stringify(state.rules.map(({ id, ...cells }) => cells)));
  return body;
}

async function send(address, body) {
  const headers = { Accept: "application/json", "X-CSRF-Token": form.elements.csrf.value };
  try {
    const answer = await fetch(address, { method: "POST", body, headers });
    if (answer.status === 401 || answer.status === 403) return { sentence: SIGN_IN_AGAIN };
    const said = await answer.json();
    return answer.ok ? said : { sentence: said.detail ?? said.sentence, ...said };
  } catch {
    return { sentence: "つながりません。変更はこの画面に残っています。少し待って、もう一度お試しください。" };
  }
}

const SIGN_IN_AGAIN = "サインインし直してください。この画面を読み込み直すと、変更の続きから始められます。";

function keepRules() {
  const same = keyOfAll(state.rules) === keyOfAll(firstRules);
  if (same) keep(shelf, null);
  else keep(shelf, JSON.stringify({ rules: state.rules, note: $("note").value }));
}

function offerKept() {
  const before = kept(shelf);
  $("kept").hidden = !before;
  $("take-kept").addEventListener("click", () => {
    const { rules, note } = JSON.parse(before);
    $("note").value = note;
    $("kept").hidden = true;
    change(rules);
  });
  $("drop-kept").addEventListener("click", () => {
    keep(shelf, null);
    $("kept").hidden = true;
  });
}

function announce(words) {
  $("spoken").textContent = words;
}
