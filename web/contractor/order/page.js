// What is reported is kept on the phone before it is sent, so that it is lost with neither; photos are made small.

import { made } from "../../kit/dom.js";
import { small } from "../../kit/shrink.js";
import { posted, send, whose } from "../offline/send.js";
import { actOf, add, keep, kept, remove } from "../offline/store.js";

const MOST_PHOTOS = 4;
const SOON_MS = 300;
const reports = []; // of this page's forms with photos
const FULL = "この電話の空きが足りないため、保存できませんでした。まだ送られていません。写真やアプリを消して空きを作り、もう一度押してください。この画面は閉じないでください。";

document.documentElement.classList.add("scripted");
document.querySelectorAll("form[data-report]").forEach(takesPhotos);
document.querySelectorAll(".place form:not([data-report])").forEach(tells);

function takesPhotos(form) {
  const place = form.querySelector(".shots");
  const preparing = place.querySelector(".preparing");
  const shots = []; // each made small once: the same press sends the same bytes
  const report = { form, shots, show, soon: 0, ready: Promise.resolve() };
  let waiting = 0;
  reports.push(report);

  for (const input of place.querySelectorAll("input[type=file]")) {
    const take = () => (report.ready = Promise.all([report.ready, add(input)]));
    input.addEventListener("change", take);
    if (input.files.length) take(); // chosen before this script was there
  }
  for (const changing of ["input", "change"]) form.addEventListener(changing, () => later(report));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!shots.length) complain(form, "作業後の写真を1枚以上付けてください。");
    else if (!waiting) tell(report, event.submitter ?? form.querySelector("button.main"));
  });
  form.addEventListener("back", () => bringBack(report).then(show));
  bringBack(report).then(show, () => {});

  async function add(input) {
    const files = [...input.files];
    input.value = "";
    const room = MOST_PHOTOS - shots.length - waiting;
    preparing.textContent = files.length > room ? `写真は ${MOST_PHOTOS} 枚までです。` : "";
    for (const file of files.slice(0, Math.max(0, room))) {
      waiting += 1;
      show();
      shots.push(await small(file, form.dataset.exif));
      waiting -= 1;
      show();
    }
    later(report);
  }

  function show() {
    const taken = place.querySelector(".taken");
    taken.replaceChildren(...shots.map((shot, turn) => thumbnail(report, shot, turn)));
    taken.hidden = !shots.length;
    if (waiting) preparing.textContent = "写真を準備しています…";
    else if (preparing.textContent.startsWith("写真を準備")) preparing.textContent = "";
    form.classList.toggle("has-photo", shots.length > 0);
    form.classList.toggle("is-full", shots.length + waiting >= MOST_PHOTOS);
    form.querySelector("button.main").disabled = waiting > 0;
    place.querySelector(".shoot span").textContent = shots.length ? "もう1枚撮る" : "写真を撮る";
  }
}

function thumbnail({ form, shots, show }, shot, turn) {
  const item = made("li");
  const picture = made("img");
  picture.alt = `作業後の写真 ${turn + 1}枚目`;
  shot.address ??= URL.createObjectURL(shot.blob);
  picture.src = shot.address;
  picture.onerror = () => picture.replaceWith(made("span", "unshown", "表示できない写真です。そのまま送れます"));
  const away = made("button", "away", "×");
  away.type = "button";
  away.setAttribute("aria-label", `${turn + 1}枚目をやめる`);
  away.addEventListener("click", () => {
    URL.revokeObjectURL(shot.address);
    shots.splice(turn, 1);
    show();
    form.dispatchEvent(new Event("change"));
    form.querySelector(".away, .shutter").focus();
  });
  item.append(picture, away);
  return item;
}

/** What was typed and photographed before the page was left, or dropped by the phone. */
async function bringBack({ form, shots }) {
  const left = await kept(whose, actionOf(form));
  if (!left) return;
  shots.push(...left.shots.slice(0, MOST_PHOTOS - shots.length));
  for (const [name, value] of left.fields) {
    const field = form.elements[name];
    if (field && (field instanceof RadioNodeList || field.tagName === "SELECT" || !field.value)) field.value = value;
  }
  const around = form.closest("details");
  if (around) around.open = true;
  const said = form.querySelector(".preparing");
  if (said) said.textContent = "送る前の写真と内容を戻しました。";
}

function later(report) {
  clearTimeout(report.soon);
  report.soon = setTimeout(() => keepNow(report), SOON_MS);
}

function keepNow(report) {
  return keep(whose, actionOf(report.form), stateOf(report)).catch(() => {});
}

function stateOf({ form, shots }) {
  const fields = [...form.elements].filter(({ name, type, tagName, value }) => name && value && (type === "text" || ["TEXTAREA", "SELECT"].includes(tagName)));
  const isTyped = fields.some(({ tagName, value, defaultValue }) => tagName !== "SELECT" && value !== defaultValue);
  if (!shots.length && !isTyped) return undefined;
  return { fields: fields.map(({ name, value }) => [name, value]), shots: shots.map(({ address, ...shot }) => shot) };
}

function actionOf(form) {
  return new URL(form.action).pathname;
}

/** A form without photos. */
function tells(form) {
  delete form.dataset.once; // one that could not be sent is pressed again
  const report = { form, shots: [], show() {}, soon: 0 };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tell(report, event.submitter ?? form.querySelector("button"));
  });
  form.addEventListener("back", () => bringBack(report));
}

/** Kept first; then sent, if there is a signal, or else by itself as soon as there is one. */
async function tell(report, button) {
  const { form } = report;
  const words = button.lastChild.textContent;
  const say = (now, part = 0) => {
    button.lastChild.textContent = now;
    for (const bar of form.querySelectorAll("progress")) Object.assign(bar, { hidden: false, value: part });
  };
  button.disabled = true;
  form.dataset.sending = "";
  for (const trouble of form.querySelectorAll("[data-trouble]")) trouble.hidden = true;
  try {
    const { done, sentence, is } = await told(report, actFrom(report, words.trim()), say);
    if (done) return await goOn(report);
    if (sentence) complain(form, sentence);
    else document.dispatchEvent(new CustomEvent("orders-kept", { detail: is }));
  } finally {
    delete form.dataset.sending;
    button.disabled = false;
    button.lastChild.textContent = words;
    for (const bar of form.querySelectorAll("progress")) bar.hidden = true;
  }
}

/** What has become of it: it is `done`, there is a `sentence` for this form, or it waits. */
async function told(report, act, say) {
  let id;
  try {
    id = await add(act);
  } catch (broken) {
    if (broken.name === "QuotaExceededError") return { sentence: FULL };
    return atOnce(act, say); // this browser keeps nothing
  }
  clearTimeout(report.soon);
  await keep(whose, actionOf(report.form), undefined).catch(() => {});
  const is = await send({ anyway: true, say });
  const left = await actOf(id);
  if (left?.state === "refused") {
    await remove(id); // it is still in the form, to be put right there
    await keepNow(report);
    return { sentence: left.sentence };
  }
  if (left) {
    report.shots.length = 0;
    report.form.reset();
    report.show();
  }
  return { done: !left, is };
}

async function atOnce(act, say) {
  const { status, sentence } = await posted(act, say);
  if (status >= 200 && status < 400) return { done: true };
  return { sentence: sentence ?? "送れませんでした。電波の良い所で、もう一度押してください。この画面は閉じないでください。" };
}

function actFrom({ form, shots }, what) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf");
  const title = [...form.closest(".place").querySelector("h2").childNodes].filter((part) => !part.classList?.contains("turn"));
  const plain = shots.map(({ address, ...shot }) => shot);
  return { whose, action: actionOf(form), fields, shots: plain, what, title: wordsOf(title), at: Date.now(), state: "waiting", tries: 0, after: 0 };
}

const wordsOf = (parts) => parts.map(({ textContent }) => textContent).join("").replace(/\s+/g, " ").trim();

/** To the page as it is now; what is in other forms of it, or being made ready for them, comes along. */
async function goOn(report) {
  const place = report.form.closest(".place").id;
  for (const other of reports) {
    if (other === report) continue;
    await other.ready;
    clearTimeout(other.soon);
    await keepNow(other);
  }
  const there = `${location.pathname}?done=${place.replace("item-", "")}`;
  const isHere = there === `${location.pathname}${location.search}`;
  location.replace(`${there}#${place}`);
  if (isHere) location.reload();
}

function complain(form, words) {
  let trouble = form.querySelector("[data-trouble]");
  if (!trouble) {
    trouble = made("p", "notice bad");
    trouble.dataset.trouble = "";
    trouble.setAttribute("role", "alert");
    form.prepend(trouble);
  }
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "center" });
}
