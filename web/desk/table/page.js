// Form and columns of a list that is saved: kept at the server for the next time, without what is
// personal.
import { $ } from "../../kit/dom.js";

const form = $("choice");
const columns = $("columns");
const ticks = [...columns.querySelectorAll("[name=column]")];
const common = ticks.filter((tick) => !tick.closest(".personal"));

$("many").hidden = $("again").hidden = false;
$("usual").addEventListener("click", () => choose((tick) => Boolean(tick.dataset.usual)));
$("every").addEventListener("click", () => choose(() => true));
form.addEventListener("change", arrange);
form.addEventListener("submit", (event) => {
  if (isEmpty()) {
    event.preventDefault();
    $("none").hidden = false;
    return ticks[0].focus();
  }
  $("begun").textContent = "保存を始めました。";
  keepChoice();
});
addEventListener("pageshow", () => ($("begun").textContent = ""));
arrange();

/** The common columns; personal ones are ticked by hand alone. */
function choose(isWanted) {
  for (const tick of common) tick.checked = isWanted(tick);
  arrange();
}

/** What follows from the choice: paper has columns of its own. */
function arrange() {
  columns.disabled = columns.hidden = form.elements.form.value === "pdf";
  $("paper").hidden = !columns.hidden;
  if (!isEmpty()) $("none").hidden = true;
  $("begun").textContent = "";
  $("address").href = `${location.pathname.replace(/table$/, "table/file")}?${new URLSearchParams(new FormData(form))}`;
  for (const kept of [$("mine"), $("of-view")]) if (kept) carry(kept);
}

function isEmpty() {
  return !columns.disabled && !ticks.some((tick) => tick.checked);
}

/** Into a form that keeps the choice. */
function carry(kept) {
  kept.elements.form.value = form.elements.form.value;
  kept.elements.columns.value = common.filter((tick) => tick.checked).map((tick) => tick.value).join(",");
}

/** Nobody waits for it: without it the next time begins as the last one did. */
function keepChoice() {
  const body = new URLSearchParams(new FormData($("mine")));
  fetch($("mine").action, { method: "POST", body, keepalive: true }).catch(() => {});
}
