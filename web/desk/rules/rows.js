// The rows of the routing table's editor: each rule is a card of fields, drawn from its cells.
import { CONDITIONS, FURTHER } from "./list.js";

const template = document.getElementById("rule");

/** A new row for the rule with this id; `fill` gives it its values. */
export function rowFor(id) {
  const row = template.content.firstElementChild.cloneNode(true);
  row.dataset.id = id;
  row.id = `row-${id}`;
  return row;
}

/** Shows a rule's cells in its row; `first` and `last` have no way further up or down. */
export function fill(row, rule, { first, last, touched }) {
  for (const field of row.querySelectorAll("[data-column]")) {
    const value = rule[field.dataset.column];
    if (field.matches("select")) keepUnknown(field, value);
    if (field.value !== value) field.value = value;
    field.classList.toggle("any", !value);
  }
  fillTold(row, rule);
  const name = `規則${rule.order || "(番号なし)"}番`;
  row.querySelector("legend").textContent = name;
  for (const [act, words, off] of [["up", "上へ", first], ["down", "下へ", last], ["remove", "消す", false]]) {
    const button = row.querySelector(`[data-do=${act}]`);
    button.setAttribute("aria-label", act === "remove" ? `${name}を消す` : `${name}を${words}`);
    button.setAttribute("aria-disabled", off);
  }
  row.querySelector(".further-said").textContent = furtherOf(row, rule);
  row.querySelector(".opener").textContent = `${rule.order} ${sentenceOf(row, rule)}`;
  row.classList.toggle("touched", touched);
}

/** Shows what was found about each rule beside it; `findings` count rows from 0. */
export function mark(rows, findings) {
  rows.forEach((row, index) => {
    const mine = findings.filter((finding) => finding.row === index);
    const marks = row.querySelector(".marks");
    marks.replaceChildren(...mine.map(markOf));
    marks.id = `marks-${row.dataset.id}`;
    const refused = mine.some((finding) => finding.refuses);
    if (refused && !row.classList.contains("refused")) open(row, true);
    row.classList.toggle("refused", refused);
    const fields = row.querySelector("fieldset");
    if (mine.length) fields.setAttribute("aria-describedby", marks.id);
    else fields.removeAttribute("aria-describedby");
    const wrong = new Set(mine.filter(({ refuses }) => refuses).map(({ column }) => column));
    for (const field of row.querySelectorAll("[data-column]")) {
      field.setAttribute("aria-invalid", wrong.has(field.dataset.column));
    }
    if (FURTHER.some((column) => wrong.has(column))) row.querySelector("details").open = true;
  });
}

/** On a phone a row is one line until it is opened. */
export function open(row, opened) {
  row.classList.toggle("open", opened);
  row.querySelector(".opener").setAttribute("aria-expanded", opened);
}

/** One finding as a line of a list. */
export function markOf({ words, refuses }) {
  return lineOf(`${refuses ? "直してください" : "ご確認ください"}: ${words}`, refuses);
}

/** One finding as a line away from its row, with the way to it where there is one. */
export function wayTo({ where, words, refuses }, row) {
  const line = lineOf(where && !row ? `${where}: ${words}` : words, refuses);
  if (row) {
    const way = Object.assign(document.createElement("a"), { href: `#${row.id}`, textContent: where });
    way.addEventListener("click", () => open(row, true));
    line.prepend(way, ": ");
  }
  return line;
}

function lineOf(words, refuses) {
  const line = document.createElement("li");
  line.className = refuses ? "bad" : "hint";
  line.textContent = words;
  return line;
}

/** The cell that this field now says: its column and its value. */
export function cellOf(field) {
  if (!field.dataset.tell) return [field.dataset.column, field.value.trim()];
  const told = field.closest(".tell").querySelectorAll("[data-tell]:checked");
  return ["tell", [...told].map((one) => one.dataset.tell).join(";")];
}

function fillTold(row, rule) {
  const told = new Set(rule.tell.split(";").filter(Boolean));
  const box = row.querySelector(".tell");
  for (const field of box.querySelectorAll("[data-tell]")) {
    field.checked = told.delete(field.dataset.tell);
  }
  told.forEach((key) => box.append(unknownTold(key)));
}

function unknownTold(key) {
  const label = document.createElement("label");
  const field = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
  field.dataset.tell = key;
  label.append(field, ` ${gone(key)}`);
  return label;
}

function keepUnknown(select, value) {
  if (![...select.options].some((option) => option.value === value)) select.add(new Option(gone(value), value));
}

const gone = (key) => `(なくなりました: ${key})`;

function sentenceOf(row, rule) {
  const said = (column) => row.querySelector(`[data-column=${column}]`).selectedOptions[0].textContent;
  const conditions = CONDITIONS.filter((column) => rule[column]).map(said);
  return `${conditions.join("、") || "すべて"} → ${said("department")}`;
}

function furtherOf(row, rule) {
  const told = [...row.querySelectorAll("[data-tell]:checked")].map((field) => field.parentElement.textContent.trim());
  const next = row.querySelector("[data-column=not_ours]").selectedOptions[0];
  return [told.length && `知らせる先: ${told.join("、")}`, rule.not_ours && `担当外なら: ${next.textContent}`, rule.note]
    .filter(Boolean).join(" / ");
}
