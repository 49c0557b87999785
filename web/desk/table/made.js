// A file that is being made: how far it is, until it can be saved.
import { $ } from "../../kit/dom.js";

const LOOK_AGAIN_MS = 700;
const SELDOM_MS = 5_000;
const { progress } = $("made").dataset;
const number = new Intl.NumberFormat("ja-JP");

if ($("made").dataset.state === "waiting") look();

async function look() {
  try {
    const answer = await fetch(progress, { cache: "no-store" });
    if (answer.status === 401 || answer.status === 404) return location.reload();
    const told = await answer.json();
    $("told").textContent = "";
    if (told.state !== "waiting") return end(told);
    draw(told);
    setTimeout(look, Math.min(LOOK_AGAIN_MS * (1 + told.ahead), SELDOM_MS));
  } catch {
    $("told").textContent = "つながりません。自動でつなぎ直します。";
    setTimeout(look, SELDOM_MS);
  }
}

function draw({ ahead, done, total }) {
  $("bar").value = done;
  $("bar-words").textContent = ahead ? `順番を待っています。先に${ahead}件あります` : `現在 ${number.format(done)}件目 / ${number.format(total)}件`;
}

function end({ state, size }) {
  $("waiting").hidden = true;
  $(state).hidden = false;
  if (state === "failed") return ($("told").textContent = "ファイルを作れませんでした。");
  $("size").textContent = size;
  $("told").textContent = "ファイルができました。";
  $("save").focus();
}
