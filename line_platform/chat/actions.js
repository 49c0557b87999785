// What a tap on a button, a chip or a card does: the actions of LINE, played for one person.

import { el, notice, reachable, sheet } from "./dom.js";
import { send } from "./platform.js";
import { openPlace } from "./place.js";
import { openRoll } from "./roll.js";

const PICKERS = { date: "date", time: "time", datetime: "datetime-local" };

const DO = {
  message: (userId, action) => send(userId, "text", { text: action.text }),
  postback,
  uri: (userId, action) => visit(action.uri),
  camera: (userId) => openRoll(userId, { title: "カメラ", several: false }),
  cameraRoll: (userId) => openRoll(userId, { title: "写真を選ぶ", several: true }),
  location: (userId) => openPlace(userId),
  datetimepicker: pickTime,
  clipboard: (userId, action) => copy(action.clipboardText),
};

/** Play one action; a refusal of the platform becomes a notice, never an exception. */
export async function play(userId, action) {
  const act = DO[action?.type];
  if (!act) return notice(`この操作(${action?.type ?? "なし"})は、このページでは試せません。`);
  try {
    await act(userId, action);
  } catch (error) {
    notice(`送れませんでした: ${error.message}`);
  }
}

async function postback(userId, action) {
  const { data, displayText, text } = action;
  await send(userId, "postback", displayText ? { data, displayText } : { data });
  if (text) await send(userId, "text", { text });
  if (action.inputOption === "openKeyboard") fill(action.fillInText ?? "");
}

function visit(uri) {
  if (!/^(https?|tel|mailto|line):/i.test(uri ?? "")) throw new Error("開けないリンクです");
  window.open(reachable(uri), "_blank", "noopener");
}

function fill(text) {
  const words = document.getElementById("words");
  words.value = text;
  words.focus();
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  notice("コピーしました。");
}

function pickTime(userId, action) {
  const field = el("input", {
    type: PICKERS[action.mode], value: action.initial, min: action.min, max: action.max,
    required: true, "aria-label": action.label ?? "日時",
  });
  const form = el("form", { class: "sheet-form" }, field, el("button", { class: "main" }, "決定"));
  const dialog = sheet(action.label ?? "日時を選ぶ", "small", form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    dialog.close();
    await send(userId, "postback", { data: action.data, params: { [action.mode]: field.value } });
  });
}

export { copy };
