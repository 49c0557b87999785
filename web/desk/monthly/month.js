// What a worker makes of a month's report: how far it is, and in the end the page anew.
import { $ } from "../../kit/dom.js";
import { follow, progressOf } from "../../kit/progress.js";

const { progress } = $("run").dataset;

await follow(() => progressOf(progress), {
  underway: ({ state }) => state === "waiting",
  draw({ done, total }) {
    $("told").textContent = "この画面を閉じても続きます。";
    $("bar").max = total || 4;
    $("bar").value = done;
  },
  away: () => ($("told").textContent = "つながりません。自動でつなぎ直します。"),
});
location.reload();
