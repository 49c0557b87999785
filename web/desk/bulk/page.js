// Many tickets at once: only the fields of what is chosen, and the way that a worker has come.
import { $ } from "../../kit/dom.js";
import { follow, progressOf } from "../../kit/progress.js";

const kinds = document.querySelectorAll("[name=kind]");

for (const kind of kinds) kind.addEventListener("change", show);
if (kinds.length) show();
if ($("progress")) look();
if (location.hash === "#preview") $("preview")?.focus();

function show() {
  const chosen = document.querySelector("[name=kind]:checked")?.value;
  for (const fields of document.querySelectorAll(".of")) fields.hidden = fields.dataset.kind !== chosen;
}

async function look() {
  await follow(() => progressOf($("progress").dataset.of), {
    underway: ({ state }) => state !== "done",
    draw: ({ done, total }) => {
      $("progress").textContent = `${done.toLocaleString()}件目 / ${total.toLocaleString()}件`;
      $("bar").value = done;
    },
    away: () => ($("progress").textContent = "つながりません。つながりしだい続きを表示します。"),
  });
  location.reload();
}
