// An approved list is thrown away: how far it is, and in the end the page anew.
import { $ } from "../../kit/dom.js";
import { follow, progressOf } from "../../kit/progress.js";

const { progress } = $("run").dataset;
const number = new Intl.NumberFormat("ja-JP");

await follow(() => progressOf(progress), {
  underway: ({ state }) => state === "approved",
  draw,
  away: () => ($("told").textContent = "つながりません。自動でつなぎ直します。"),
});
location.reload();

function draw({ done, total }) {
  $("told").textContent = "この画面を閉じても続きます。";
  $("bar").max = total || 1;
  $("bar").value = done;
  $("bar-words").textContent = `${number.format(done)}件 / ${number.format(total)}件`;
}
