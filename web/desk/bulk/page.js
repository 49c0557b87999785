// Many tickets at once: only the fields of what is chosen, and the way that a worker has come.
import { $ } from "../../kit/dom.js";

const LOOK_AGAIN_MS = 700;
const kinds = document.querySelectorAll("[name=kind]");

for (const kind of kinds) kind.addEventListener("change", show);
if (kinds.length) show();
if ($("progress")) setTimeout(look, LOOK_AGAIN_MS);
if (location.hash === "#preview") $("preview")?.focus();

function show() {
  const chosen = document.querySelector("[name=kind]:checked")?.value;
  for (const fields of document.querySelectorAll(".of")) fields.hidden = fields.dataset.kind !== chosen;
}

async function look() {
  try {
    const answer = await fetch($("progress").dataset.of, { cache: "no-store" });
    if (answer.status === 401 || answer.status === 404) return location.reload();
    const told = await answer.json();
    if (told.state === "done") return location.reload();
    $("progress").textContent = `${told.done.toLocaleString()}件目 / ${told.total.toLocaleString()}件`;
    $("bar").value = told.done;
  } catch {
    $("progress").textContent = "つながりません。つながりしだい続きを表示します。";
  }
  setTimeout(look, LOOK_AGAIN_MS);
}
