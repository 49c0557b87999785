// What is reported with photos stays on the page, and on the phone, where there is no signal: one press sends it again.

import { made } from "../../kit/dom.js";
import { small } from "../../kit/shrink.js";
import { keep, kept } from "./kept.js";

const MOST_PHOTOS = 4;
const SOON_MS = 300;
const PATIENCE_MS = 180_000;

document.documentElement.classList.add("scripted");
document.querySelectorAll("form[data-report]").forEach(takesPhotos);

function takesPhotos(form) {
  const place = form.querySelector(".shots");
  const preparing = place.querySelector(".preparing");
  const shots = []; // each made small once: the same press sends the same bytes
  const report = { form, shots, show, soon: 0 };
  let waiting = 0;

  for (const input of place.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => add(input));
    if (input.files.length) add(input); // chosen before this script was there
  }
  for (const changing of ["input", "change"]) form.addEventListener(changing, () => later(report));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!waiting) send(report, event.submitter ?? form.querySelector("button.main"));
  });
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
  const left = await kept(nameOf(form));
  if (!left) return;
  shots.push(...left.shots.slice(0, MOST_PHOTOS - shots.length));
  for (const [name, value] of left.fields) {
    const field = form.elements[name];
    if (field && (field.tagName === "SELECT" || !field.value)) field.value = value;
  }
  form.closest("details").open = true;
  form.querySelector(".preparing").textContent = "送る前の写真と内容を戻しました。";
}

function later(report) {
  clearTimeout(report.soon);
  report.soon = setTimeout(() => keepNow(report), SOON_MS);
}

function keepNow(report) {
  return keep(nameOf(report.form), stateOf(report)).catch(() => {});
}

function stateOf({ form, shots }) {
  const fields = [...form.elements].filter(({ name, type, tagName, value }) => name && value && (type === "text" || ["TEXTAREA", "SELECT"].includes(tagName)));
  const isTyped = fields.some(({ tagName, value, defaultValue }) => tagName !== "SELECT" && value !== defaultValue);
  if (!shots.length && !isTyped) return undefined;
  return { fields: fields.map(({ name, value }) => [name, value]), shots: shots.map(({ address, ...shot }) => shot) };
}

function nameOf(form) {
  return new URL(form.action).pathname;
}

async function send(report, button) {
  const { form, shots } = report;
  if (!shots.length) return complain(form, "作業後の写真を1枚以上付けてください。");
  const body = new FormData(form);
  body.delete("photo");
  for (const [index, shot] of shots.entries()) {
    body.append("photo", shot.blob, shot.name);
    if (shot.place) body.set(`place_${index + 1}`, shot.place);
    if (shot.taken) body.set(`taken_${index + 1}`, shot.taken);
  }
  const words = button.lastChild.textContent;
  button.disabled = true;
  form.querySelector("[data-trouble]").hidden = true;
  try {
    const answer = await posted(form, body, (told) => (button.lastChild.textContent = told));
    if (answer.status < 400) {
      clearTimeout(report.soon);
      await keep(nameOf(form), undefined).catch(() => {});
      return goOn(answer.responseURL, form.closest(".place").id);
    }
    complain(form, sentenceIn(answer.responseText) ?? "送れませんでした。もう一度お試しください。");
  } catch {
    await keepNow(report);
    complain(form, "電波が届かず送れませんでした。写真と内容はこの電話に残っています。電波の良い所で、もう一度押してください。");
    addEventListener("online", () => complain(form, "電波が戻りました。もう一度押すと送れます。"), { once: true });
  }
  button.disabled = false;
  button.lastChild.textContent = words;
}

/** As fetch does it, which does not tell how far it has come. */
function posted(form, body, say) {
  const bar = form.querySelector("progress");
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = total ? loaded / total : 0;
      say(`送っています… ${Math.round(bar.value * 100)}%`);
    };
    request.onload = () => done(request);
    for (const lost of ["onerror", "ontimeout", "onabort"]) request[lost] = failed;
    request.onloadend = () => (bar.hidden = true);
    request.timeout = PATIENCE_MS;
    bar.value = 0;
    bar.hidden = false;
    say("送っています…");
    request.send(body);
  });
}

function goOn(address, place) {
  const there = address.split("#")[0];
  const isHere = there === location.href.split("#")[0];
  location.replace(`${there}#${place}`);
  if (isHere) location.reload();
}

function sentenceIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]:not([hidden])")?.textContent.trim();
}

function complain(form, words) {
  const trouble = form.querySelector("[data-trouble]");
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "center" });
}
