// The day's order is changed in place: by its buttons, by dragging, or to a short way; each is saved at once.
import { $ } from "../dom.js";
import { kilometres, shortWay, wayLength } from "../route.js";

const FAILED = "電波が届かず保存できませんでした。もう一度押してください。";
let sending = false;
let changed = false;

document.documentElement.classList.add("scripted");
begin();

function begin() {
  const form = $("pack");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    press(event.submitter?.value ?? "add");
  });
  $("stops").addEventListener("pointerdown", drag);
  const day = document.querySelector(".plan-day [type=date]");
  day.addEventListener("change", () => day.value && day.form.requestSubmit());
  form.addEventListener("change", sayChosen);
  sayChosen();
  for (const handle of document.querySelectorAll(".drag")) handle.hidden = false;
  const shorten = $("shorten");
  if (shorten) {
    shorten.hidden = false;
    shorten.addEventListener("click", () => {
      put(shortWay(stops()).map(({ row }) => row));
      say("道順に並べ直しました。");
    });
  }
  sayWay();
}

function press(act) {
  const [what, number] = act.split(" ");
  const row = number && $("stops").querySelector(`[data-number="${number}"]`);
  if (!row || what === "off") return send(act);
  const all = [...$("stops").children];
  const turn = all.indexOf(row);
  all.splice(turn, 1);
  all.splice(what === "up" ? Math.max(turn - 1, 0) : turn + 1, 0, row);
  put(all);
  const button = row.querySelector(`[value^="${what}"]`);
  (button.disabled ? row.querySelector(".ways button:not(:disabled)") : button).focus();
  say(`${all.indexOf(row) + 1}番目に動かしました。`);
}

/** The rows in this order, and saved so. */
function put(rows) {
  $("stops").replaceChildren(...rows);
  rows.forEach((row, turn) => {
    row.querySelector(".turn").textContent = turn + 1;
    row.querySelector('[value^="up"]').disabled = turn === 0;
    row.querySelector('[value^="down"]').disabled = turn === rows.length - 1;
  });
  $("pack").elements.order.value = rows.map((row) => row.dataset.number).join();
  sayWay();
  send("save");
}

/** One after the other, for each says what it saw. */
async function send(act) {
  if (sending) return (changed = true);
  sending = true;
  try {
    const body = new URLSearchParams(new FormData($("pack")));
    body.set("act", act);
    const answer = await fetch($("pack").action, { method: "POST", body, headers: { Accept: "text/html" } });
    take(await answer.text(), act);
  } catch {
    say(FAILED);
  }
  sending = false;
  if (changed) {
    changed = false;
    send("save");
  }
}

/** The answer's page; of one that only says that the order is saved, no more than what it saw. */
function take(html, act) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const alert = page.querySelector("[role=alert]");
  const plan = page.getElementById("plan");
  if (!plan) return say(alert?.textContent.trim() ?? "保存できませんでした。画面を読み込み直してください。");
  if (act === "save" && !alert) {
    $("pack").elements.seen.value = page.getElementById("pack").elements.seen.value;
    return;
  }
  $("plan").replaceWith(plan);
  begin();
  if (!alert) say(act === "add" ? "一日に入れました。" : "外しました。");
  $(alert ? "said" : "stops-title").scrollIntoView({ block: "center" });
}

function sayChosen() {
  const many = $("pack").querySelectorAll(".to-give :checked").length;
  $("add").disabled = !many;
  $("chosen").textContent = many ? `選んだ ${many}件を` : "";
}

function stops() {
  return [...$("stops").children].map((row) => ({ row, lon: Number(row.dataset.lon), lat: Number(row.dataset.lat) }));
}

function sayWay() {
  const all = stops();
  $("way").hidden = all.length < 2;
  $("way").textContent = `1番目から終わりまで ${wayLength(kilometres(all))}(直線距離 × 1.3 の目安)`;
}

function say(words) {
  $("said").textContent = words;
}

/** A row follows the finger by its handle. */
function drag(event) {
  const handle = event.target.closest(".drag");
  if (!handle) return;
  event.preventDefault();
  const row = handle.closest("li");
  row.classList.add("dragged");
  handle.setPointerCapture(event.pointerId);
  const follow = ({ clientY }) => {
    // its neighbours move: what is moved itself loses the finger
    const { previousElementSibling: before, nextElementSibling: next } = row;
    if (before && clientY < middle(before)) row.after(before);
    else if (next && clientY > middle(next)) row.before(next);
  };
  const drop = () => {
    row.classList.remove("dragged");
    handle.removeEventListener("pointermove", follow);
    put([...$("stops").children]);
  };
  handle.addEventListener("pointermove", follow);
  handle.addEventListener("lostpointercapture", drop, { once: true });
}

function middle(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
}
