// Form and columns of a list that is saved: kept for the next time, without what is personal.
import { $ } from "../../kit/dom.js";

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
  keep();
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

function keep() {
  const kept = { form: form.elements.form.value, columns: common.filter((tick) => tick.checked).map((tick) => tick.value) };
  try {
    localStorage.setItem(SHELF, JSON.stringify(kept));
  } catch {
    // a browser that keeps nothing asks anew each time
  }
}

function takeKept() {
  try {
    const kept = JSON.parse(localStorage.getItem(SHELF));
    const radio = [...form.elements.form].find(({ value }) => value === kept.form);
    if (radio) radio.checked = true;
    if (kept.columns.length) for (const tick of common) tick.checked = kept.columns.includes(tick.value);
  } catch {
    // nothing is kept, or what another version kept
  }
}
