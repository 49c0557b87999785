// A record that a worker makes: how far it is, until it can be saved.
import { $ } from "../../kit/dom.js";
import { follow, progressOf } from "../../kit/progress.js";

const { progress } = $("issued").dataset;

await follow(() => progressOf(progress), {
  underway: ({ state }) => state === "waiting",
  draw,
  away: () => ($("told").textContent = "つながりません。自動でつなぎ直します。"),
});
location.reload();

function draw({ done, total }) {
  $("told").textContent = "この画面を閉じても続きます。";
  $("bar").max = total || 1;
  $("bar").value = done;
  $("bar-words").textContent = `写真 ${done}枚 / ${total}枚`;
}
