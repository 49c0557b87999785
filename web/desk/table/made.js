// A file that is being made: how far it is, until it can be saved.
import { $ } from "../../kit/dom.js";
import { follow, progressOf } from "../../kit/progress.js";

const { progress } = $("made").dataset;
const number = new Intl.NumberFormat("ja-JP");

if ($("made").dataset.state === "waiting") look();

async function look() {
  const told = await follow(() => progressOf(progress), {
    underway: ({ state }) => state === "waiting",
    draw,
    away: () => ($("told").textContent = "つながりません。自動でつなぎ直します。"),
  });
  end(told);
}

function draw({ ahead, done, total }) {
  tell(ahead, total ? Math.floor((4 * done) / total) : 0);
  $("bar").value = done;
  $("bar-words").textContent = ahead ? `順番を待っています。先に${ahead}件あります` : `現在 ${number.format(done)}件目 / ${number.format(total)}件`;
}

/** To who listens: that others are before it, and each quarter once. */
function tell(ahead, quarters) {
  const words = ahead ? "順番を待っています。" : quarters ? `${quarters * 25}%まで作りました。` : "作り始めました。";
  if ($("told").textContent !== words) $("told").textContent = words;
}

function end({ state, size }) {
  $("waiting").hidden = true;
  $(state).hidden = false;
  if (state === "failed") return ($("told").textContent = "ファイルを作れませんでした。");
  $("size").textContent = size;
  $("told").textContent = "ファイルができました。";
  $("save").focus();
}
