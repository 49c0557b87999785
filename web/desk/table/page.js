// Form and columns of a list that is saved: kept for the next time, without what is personal.
import { $ } from "../../kit/dom.js";
import { BROWSER, keep, kept } from "../../kit/storage.js";

const SHELF = "michi.table";
const form = $("choice");
const columns = $("columns");
const ticks = [...columns.querySelectorAll("[name=column]")];
const common = ticks.filter((tick) => !tick.closest(".personal"));

if (!form.dataset.chosen) takeKept();
$("many").hidden = $("again").hidden = false;
$("usual").addEventListener("click", () => choose((tick) => Boolean(tick.dataset.usual)));
$("every").addEventListener("click", () => choose(() => true));
form.addEventListener("change", changed);
form.addEventListener("submit", (event) => {
  if (isEmpty()) {
    event.preventDefault();
    $("none").hidden = false;
    return ticks[0].focus();
  }
  $("begun").textContent = "保存を始めました。";
});
addEventListener("pageshow", () => ($("begun").textContent = ""));
arrange();

/** The common columns; personal ones are ticked by hand alone. */
function choose(isWanted) {
  for (const tick of common) tick.checked = isWanted(tick);
  changed();
}

function changed() {
  keepChoice();
  arrange();
}

/** What follows from the choice: paper has columns of its own. */
function arrange() {
  columns.disabled = columns.hidden = form.elements.form.value === "pdf";
  $("paper").hidden = !columns.hidden;
  if (!isEmpty()) $("none").hidden = true;
  $("begun").textContent = "";
  $("address").href = `${location.pathname.replace(/table$/, "table/file")}?${new URLSearchParams(new FormData(form))}`;
}

function isEmpty() {
  return !columns.disabled && !ticks.some((tick) => tick.checked);
}

function keepChoice() {
  const choice = { form: form.elements.form.value, columns: common.filter((tick) => tick.checked).map((tick) => tick.value) };
  keep(SHELF, JSON.stringify(choice), BROWSER);
}

function takeKept() {
  try {
    const before = JSON.parse(kept(SHELF, BROWSER));
    const radio = [...form.elements.form].find(({ value }) => value === before.form);
    if (radio) radio.checked = true;
    if (before.columns.length) for (const tick of common) tick.checked = before.columns.includes(tick.value);
  } catch {
    // nothing is kept, or what another version kept
  }
}
