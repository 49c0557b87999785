// A ticket's page: the form says what a move means, and typing chooses. Its parts may come anew.
import "../../kit/once.js";
import "../../kit/photos.js";
import { $ } from "../../kit/dom.js";

document.addEventListener("input", ({ target }) => {
  if (target.dataset.chooses) choiceOf(target).checked = true;
  if (target.form) settle(target.form);
});
document.addEventListener("change", ({ target }) => target.form && settle(target.form));
document.addEventListener("click", ({ target }) => {
  for (const open of document.querySelectorAll(".words-head details[open]")) open.contains(target) || (open.open = false);
});
document.addEventListener("renewed", begin);
addEventListener("beforeprint", () => document.querySelectorAll(".older").forEach((older) => (older.open = true)));
begin();

function begin() {
  for (const id of ["move", "merge"]) if ($(id)) settle($(id));
}

function settle(form) {
  for (const field of form.querySelectorAll("[data-chooses]")) field.required = choiceOf(field).checked;
  if (form.id === "move") explain(form);
  if (form.id === "merge") sayMerge(form);
}

function choiceOf(field) {
  return field.form.querySelector(`input[type=radio][value="${field.dataset.chooses}"]`);
}

function explain(form) {
  const chosen = form.querySelector("input[name=to]:checked");
  const needed = Boolean(chosen && "reason" in chosen.dataset);
  form.elements.note.required = needed;
  $("note-need").textContent = needed ? "(必須)" : "(任意)";
  $("note-need").className = needed ? "need" : "soft";
  $("upload").hidden = !(chosen && "photo" in chosen.dataset);
  if (!chosen) return;
  if ("nobody" in $("told").dataset) $("told").textContent = "この受付票を LINE で読む人はいません。";
  else $("told").textContent = "told" in chosen.dataset
    ? "通報した人に LINE でお知らせします。"
    : "LINE のお知らせは送りません。通報した人が状況を尋ねたときに表示します。";
}

/** What the press will do: how many go on in which ticket. */
function sayMerge(form) {
  const goesOn = form.querySelector("input[name=into]:checked")?.value;
  if (!goesOn) return;
  const typed = form.elements.number.value.trim();
  const ticked = [...form.querySelectorAll("[type=checkbox]:checked")].map(({ value }) => value);
  const ending = new Set([...(goesOn === "this" ? [] : ["この受付票"]), ...ticked, ...(typed && goesOn !== "other" ? [typed] : [])]);
  ending.delete(goesOn);
  const into = { this: "この受付票", other: typed || "下の番号の受付票" }[goesOn] ?? goesOn;
  $("merge-says").textContent = ending.size ? `${[...ending].join("・")} を、${into} にまとめます。` : "同じ通報の受付票を選んでください。";
}
