// What waits on this phone, one by one; where the server has said no, both sides and what one can do.
import { made } from "../../kit/dom.js";
import { ask } from "../offline/app.js";
import { choose } from "../offline/ask.js";
import { clock } from "../offline/bar.js";
import { hear } from "../offline/channel.js";
import { asItIs } from "../offline/send.js";
import { acts, change, fact, filesOf, remove } from "../offline/store.js";
import { valueOf } from "../offline/turns.js";
import { keepAsNote } from "./note.js";

const person = document.querySelector('meta[name="michi-person"]')?.content;
const $ = (id) => document.getElementById(id);
const shown = new Map(); // of each act: what it was drawn from, and its element
let now = { state: "", sending: null };
let drawing = Promise.resolve();

if (person) {
  $("missing").hidden = !new URLSearchParams(location.search).has("missing");
  $("send").addEventListener("click", () => ask({ anyway: true }));
  hear((told) => {
    if (told.state !== undefined) now = { state: told.state, sending: null };
    if (told.sending) now = { state: "sending", sending: told.sending };
    renew();
  });
  for (const name of ["online", "offline"]) addEventListener(name, renew);
  renew().then(() => location.hash && document.querySelector(location.hash)?.scrollIntoView());
}

/** One after the other, so that none draws what an earlier look has seen. */
function renew() {
  drawing = drawing.then(draw);
  return drawing;
}

async function draw() {
  const waiting = await acts(person);
  $("count").textContent = `${waiting.length}件`;
  $("send").hidden = !waiting.some((act) => act.state === "waiting");
  $("state").textContent = words(waiting);
  const ids = new Set(waiting.map(({ id }) => id));
  for (const [id, { element }] of shown) if (!ids.has(id) && shown.delete(id)) element.remove();
  for (const act of waiting) await place(act);
  await tellOfTheRest();
}

function words(waiting) {
  const left = waiting.filter((act) => act.state === "waiting");
  if (!waiting.length) return "すべて送りました。";
  if (!left.length) return "下のものは、確認してください。";
  if (now.state === "sending") return `送っています(残り ${left.length}件)…`;
  if (now.state === "signed-out") return "時間がたったためサインアウトしています。サインインすると自動で送ります。";
  if (!navigator.onLine || now.state === "away") return "電波がありません。届いたら自動で、順番に送ります。";
  const after = Math.min(...left.map((act) => act.after));
  return after > Date.now() ? `${clock(after)}ころ、もう一度送ります。` : "この電話に保存してあります。";
}

async function place(act) {
  const from = JSON.stringify(act) + (now.sending === act.id);
  const before = shown.get(act.id);
  if (before?.from === from) return;
  const element = await card(act);
  if (before) before.element.replaceWith(element);
  else $("acts").append(element);
  shown.set(act.id, { from, element });
}

async function card(act) {
  const item = made("li", `card waiting-act ${act.state}`);
  item.id = `act-${act.id}`;
  item.append(await here(act));
  if (act.state !== "waiting") {
    item.append(made("p", "waiting-why", act.sentence));
    if (act.now) item.append(there(act.now));
  } else if (act.sentence && act.tries) item.append(made("p", "soft small", act.sentence));
  item.append(choices(act));
  return item;
}

async function here(act) {
  const side = made("div", "side");
  side.append(await picture(act), text(act));
  return act.state === "waiting" ? side : titled("この電話でしたこと", side);
}

async function picture(act) {
  const [file] = await filesOf(act.id);
  if (!file) return made("span", "no-picture", "写真なし");
  const image = made("img");
  Object.assign(image, { src: URL.createObjectURL(file), alt: `${act.what}の写真`, loading: "lazy", decoding: "async" });
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  return image;
}

function text(act) {
  const side = made("div", "side-text");
  const said = valueOf(act.fields, "note") || valueOf(act.fields, "why") || "";
  const photos = act.files.length > 1 ? `・写真 ${act.files.length}枚` : "";
  side.append(made("b", "", act.what), made("span", "", [act.title, act.place].filter(Boolean).join("・")));
  if (said) side.append(made("span", "said", said));
  side.append(made("span", "soft small", `${act.number ?? ""} ${clock(act.at)}${photos}`));
  if (now.sending === act.id) side.append(made("span", "small strong", "送っています…"));
  return side;
}

function there(ticket) {
  const side = made("div", "side");
  const image = ticket.photo ? made("img") : made("span", "no-picture", "写真なし");
  if (ticket.photo) Object.assign(image, { src: ticket.photo, alt: "いまの作業の写真" });
  const lines = made("div", "side-text");
  lines.append(made("b", `chip tone-${ticket.tone}`, ticket.status_text));
  if (ticket.moved) {
    lines.append(made("span", "", `${ticket.moved.who || "市"}・${ticket.moved.moment}`));
    if (ticket.moved.words) lines.append(made("span", "said", ticket.moved.words));
  }
  side.append(image, lines);
  return titled("いまの受付票", side);
}

function titled(title, side) {
  const section = made("section", "both");
  section.append(made("h3", "", title), side);
  return section;
}

function choices(act) {
  const row = made("div", "waiting-do");
  const add = (label, kind, done) => {
    const button = made("button", kind, label);
    button.type = "button";
    button.addEventListener("click", done);
    row.append(button);
  };
  if (act.state === "waiting") {
    add("取り消す", "quiet", () => discard(act, "取り消す"));
    return row;
  }
  if (act.now?.may.includes(act.becomes)) add("それでも送る", "main", () => sendAnyway(act));
  else if (act.state === "refused") add("もう一度送る", "main", () => sendAnyway(act));
  if (act.now) add("メモとして残す", "", () => keepAsNote(act, person).then(renew, complainOf(row)));
  if (act.number && act.state !== "gone") row.append(link(act));
  add("捨てる", "danger", () => discard(act, "捨てる"));
  return row;
}

function link({ number }) {
  const away = made("a", "button", "受付票を開く");
  away.href = `/crew/tickets/${number}`;
  return away;
}

async function sendAnyway(act) {
  const ticket = (await asItIs(act)) ?? act.now;
  const seen = { seen: ticket?.status, change: ticket && String(ticket.change) };
  const fields = act.fields.map(([name, value]) => [name, seen[name] ?? value]);
  await change(act.id, { fields, state: "waiting", tries: 0, after: 0, sentence: "" });
  await renew();
  await ask({ anyway: true });
}

async function discard(act, label) {
  const photos = act.files.length ? `写真 ${act.files.length}枚と、` : "";
  const taken = await choose(`「${act.what}」を${label === "捨てる" ? "捨て" : "取り消し"}ますか`, [`${photos}ここに書いたことは消えて、戻せません。受付票は変わりません。`], [["stay", "残す", "main"], ["go", label, "danger"]]);
  if (taken === "go") await remove(act.id);
  await renew();
}

function complainOf(row) {
  return (broken) => row.prepend(made("p", "waiting-why", broken.message));
}

async function tellOfTheRest() {
  const sent = (await fact(`sent:${person}`)) ?? [];
  $("sent").hidden = !sent.length;
  $("sent").querySelector("ol").replaceChildren(
    ...sent.slice(0, 10).map((one) => made("li", "", `${clock(one.sent)}${one.number ?? ""} ${one.what}`)),
  );
  const kept = await fact(`kept:${person}`);
  if (!kept) return;
  const cut = kept.open > kept.tickets ? `(開いている ${kept.open}件のうち)` : "";
  $("kept").textContent = `受付票 ${kept.tickets}件${cut}、写真 ${kept.photos}枚(${(kept.bytes / 1024 / 1024).toFixed(1)} MB)と地図。${clock(kept.at)}に更新。`;
}
