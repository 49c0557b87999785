// A form that is marked `data-queue` is kept on the phone before it is sent: so it is lost with neither.
import { made } from "../../kit/dom.js";
import { choose } from "./ask.js";
import { clock } from "./bar.js";
import { hear, tell } from "./channel.js";
import { shelf } from "./person.js";
import { actOf, acts, add, remove } from "./store.js";
import { chained, subject } from "./turns.js";

const SOON_MS = 8_000;
const LOOK_MS = 150;
const STOPS = ["away", "signed-out", "ended"];
const FULL = "この電話の空きが足りないため、保存できませんでした。まだ送られていません。写真やアプリを消して空きを作り、もう一度押してください。この画面は閉じないでください。";
const UNKEPT = "この電話に保存できませんでした。まだ送られていません。電波の届く所で、もう一度押してください。この画面は閉じないでください。";

/** From now on; `ask` leads to a try to send. */
export function keepForms(person, ask) {
  const listen = (event) => {
    const form = event.target;
    if (!form.matches("form[data-queue]") || "unqueued" in form.dataset || !navigator.serviceWorker.controller) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    queue(person, ask, form, event.submitter);
  };
  document.addEventListener("submit", listen, true);
}

async function queue(person, ask, form, button) {
  const body = new FormData(form, button); // a disabled button would not be in it
  const what = button?.dataset.queue || form.dataset.queue || button?.textContent.trim() || "送信";
  const rest = resting(form, button, "保存しています…");
  try {
    const becomes = button?.dataset.becomes ?? form.dataset.becomes ?? body.get("to");
    const { act, files } = await read(person, form, { what, becomes }, body);
    if (!(await isMeant(act))) return rest.end();
    const id = await kept(person, act, files);
    form.dispatchEvent(new Event("kept"));
    rest.say("送っています…");
    const settles = settled(id);
    await ask();
    await lead(form, await settles, act);
  } catch (broken) {
    const isFull = broken.name === "QuotaExceededError";
    if (!isFull && navigator.onLine) return unkept(form, button, rest);
    complain(isFull ? FULL : UNKEPT);
  }
  rest.end();
}

async function read(person, form, named, body) {
  const at = new Date().toISOString();
  const fields = [], files = [], blobs = [];
  for (const [field, value] of body) {
    if (typeof value === "string") {
      if (field !== "csrf") fields.push([field, field === "done_at" && !value ? at : value]);
    } else if (value.size) {
      files.push({ field, name: value.name, type: value.type });
      blobs.push(new Blob([await value.arrayBuffer()], { type: value.type }));
    }
  }
  const action = new URL(form.action).pathname;
  const number = /^\/crew\/tickets\/([\d-]+)\//.exec(action)?.[1] ?? null;
  const act = {
    person, number, action, files, at, state: "waiting", tries: 0, after: 0,
    ...named,
    title: form.dataset.title ?? document.querySelector("h1")?.textContent.trim() ?? "",
    place: "title" in form.dataset ? "" : (document.querySelector(".where")?.textContent.trim() ?? ""),
    then: form.dataset.then ?? "/crew/",
  };
  return { act: { ...act, fields: chained(fields, await before(act)) }, files: blobs };
}

async function before(act) {
  return (await acts(act.person)).filter((one) => subject(one) === subject(act));
}

/** The same waits already: who is not sure whether it went through has pressed again. */
async function isMeant(act) {
  const same = (await before(act)).find((one) => one.number && one.what === act.what);
  if (!same) return true;
  const words = `${clock(same.at)}に保存した「${same.what}」が、まだ送信待ちです。電波が届いたら自動で送ります。`;
  return (await choose("すでに保存してあります", [words], [["stay", "もう一度は保存しない", "main"], ["go", "これも保存する"]])) === "go";
}

/** Kept, if need be in the place of what can be fetched again, or at a second try, as iPhones may
 *  fail once with photos. Throws QuotaExceededError. */
async function kept(person, act, files) {
  try {
    return await add(act, files);
  } catch (broken) {
    const isFull = broken.name === "QuotaExceededError";
    for (const kind of isFull ? ["tiles", "photos"] : []) await caches.delete(shelf(person, kind));
    return await add(act, files);
  } finally {
    tell({ acts: true });
  }
}

/** What has become of it a little later: undefined once it has been sent. */
async function settled(id) {
  let isOver = false;
  const forget = hear(({ state }) => (isOver ||= STOPS.includes(state)));
  try {
    for (const until = Date.now() + SOON_MS; ; await new Promise((go) => setTimeout(go, LOOK_MS))) {
      const act = await actOf(id);
      if (!act || act.state !== "waiting" || act.tries || isOver || !navigator.onLine || Date.now() > until) return act;
    }
  } finally {
    forget();
  }
}

async function lead(form, act, { then }) {
  if (!act) return location.replace(then);
  if (act.state === "refused") {
    await remove(act.id); // it is still in the form, to be put right there
    tell({ acts: true });
    return refused(form, act);
  }
  location.replace(act.state === "waiting" ? new URL(then, location.origin).pathname : `/crew/waiting#act-${act.id}`);
}

/** The page may put it right by itself; else the sentence stands there. */
function refused(form, { sentence, reason, status }) {
  const said = new CustomEvent("refused", { detail: { sentence, reason, status }, bubbles: true, cancelable: true });
  if (form.dispatchEvent(said)) complain(sentence);
}

/** This browser keeps nothing: the form goes as it would without us. */
function unkept(form, button, rest) {
  rest.end();
  form.dataset.unqueued = "";
  form.requestSubmit(button);
}

function resting(form, button, words) {
  const buttons = [...form.querySelectorAll("button")];
  const label = button && (button.querySelector("span") ?? button.lastChild);
  const before = label?.textContent;
  const say = (now) => label && (label.textContent = now);
  buttons.forEach((one) => (one.disabled = true));
  say(words);
  return {
    say,
    end() {
      buttons.forEach((one) => (one.disabled = false));
      say(before);
    },
  };
}

function complain(words) {
  let trouble = document.getElementById("trouble");
  if (!trouble) {
    trouble = made("p", "notice bad");
    trouble.id = "trouble";
    trouble.setAttribute("role", "alert");
    document.getElementById("main").prepend(trouble);
  }
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "center" });
}
