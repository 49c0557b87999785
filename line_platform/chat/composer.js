// The bar at the bottom: words, and the tray with everything else that can be sent.

import { $, el, icon, notice } from "./dom.js";
import { quote, quotedId, startQuoting } from "./quote.js";
import { openPlace } from "./place.js";
import { send, sendFile } from "./platform.js";
import { openRoll } from "./roll.js";

const TRAY = [
  ["photo", "写真", (userId) => openRoll(userId, { title: "写真を選ぶ", several: true })],
  ["place", "位置情報", (userId) => openPlace(userId)],
  ["sticker", "スタンプ", (userId) => send(userId, "sticker")],
  ["video", "動画", (userId) => send(userId, "video")],
  ["audio", "音声", (userId) => send(userId, "audio")],
  ["file", "ファイル", (userId) => pickFile(userId)],
];

/** Wire the bar; `who()` gives the user id of the person who is played now. */
export function startComposer(who) {
  const words = $("words");
  startQuoting();
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    sayWords(who(), words);
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sayWords(who(), words);
  });
  words.addEventListener("input", () => grow(words));
  $("tray").append(...TRAY.map(([drawn, label, act]) => tile(drawn, label, () => attempt(act, who()))));
  $("plus").addEventListener("click", () => showTray($("tray").hidden));
  $("tray").addEventListener("keydown", (event) => event.key === "Escape" && (showTray(false), $("plus").focus()));
}

async function sayWords(userId, words) {
  const text = words.value.trim();
  if (!text) return;
  words.value = "";
  grow(words);
  try {
    await send(userId, "text", { text, quotes: quotedId() });
    quote(null);
  } catch (error) {
    words.value = text;
    notice(`送れませんでした: ${error.message}`);
  }
}

function grow(words) {
  words.style.height = "auto";
  words.style.height = `${Math.min(words.scrollHeight, 120)}px`;
}

function tile(drawn, label, act) {
  return el("button", { type: "button", class: "tile", onclick: act }, el("span", {}, icon(drawn)), label);
}

async function attempt(act, userId) {
  showTray(false);
  $("plus").focus({ preventScroll: true });
  try {
    await act(userId);
  } catch (error) {
    notice(`送れませんでした: ${error.message}`);
  }
}

function showTray(open) {
  $("tray").hidden = !open;
  $("plus").setAttribute("aria-expanded", String(open));
  if (open) $("tray").firstElementChild.focus();
}

function pickFile(userId) {
  const field = el("input", { type: "file" });
  field.addEventListener("change", () => field.files[0] && sendFile(userId, field.files[0]).catch((error) => notice(error.message)));
  field.click();
}
