// Draws one message of a talk: words, pictures, places, stickers, files and flex cards.

import { el, icon, legible, reachable, sheet } from "./dom.js";
import { drawFlex } from "./flex.js";

const DRAW = { text, textV2: text, image, location, sticker, video, audio, file, flex };

/** `entry` is a line of the platform's timeline; `tap(action)` is called for what is touched. */
export function drawMessage(entry, tap) {
  return (DRAW[entry.message?.type] ?? unknown)(entry.message ?? {}, entry, tap);
}

/** One line that tells the message in a list of talks. */
export function preview(entry) {
  const { type, text, title, altText, fileName } = entry.message ?? {};
  if (entry.unsent) return "送信を取り消しました";
  const words = { image: "写真", video: "動画", audio: "音声", sticker: "スタンプ", file: fileName ?? "ファイル" };
  return text ?? altText ?? (type === "location" ? `場所: ${title ?? "位置情報"}` : words[type]) ?? "";
}

function text(message, entry) {
  const words = message.text ?? "";
  return el("div", { class: "bubble" }, linked(entry.from === "bot" ? legible(words) : words));
}

const LINKS = /(https?:\/\/[^\s<>「」()]+|(?<![\d-])(?=(?:\d-?){10,11}(?![\d-]))0\d{1,4}-\d{1,4}-\d{3,4}|#\d{4}(?!\d))/g;

function linked(words) {
  return words.split(LINKS).map((piece, at) => (at % 2 ? link(piece) : piece));
}

function link(piece) {
  const web = piece.startsWith("http");
  const href = web ? piece : `tel:${piece.replace("#", "%23")}`;
  return el("a", { href, target: web ? "_blank" : null, rel: "noopener" }, piece);
}

function image(message, entry) {
  const small = entry.picture ?? reachable(message.previewImageUrl ?? message.originalContentUrl);
  const large = entry.picture ?? reachable(message.originalContentUrl) ?? small;
  const picture = el("img", { src: small, alt: "送られた写真" });
  picture.addEventListener("error", () => picture.replaceWith(el("span", { class: "no-picture" }, "写真を表示できません")));
  const open = () => sheet("写真", "viewer", el("img", { src: large, alt: "送られた写真" }));
  return el("button", { type: "button", class: "picture", "aria-label": "写真を大きく表示", onclick: open }, picture);
}

function location({ title, address, latitude, longitude }) {
  const spot = `${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`;
  return el("div", { class: "bubble place-card" },
    el("div", { class: "place-map" }, icon("place")),
    el("div", { class: "place-words" },
      el("strong", {}, title || "位置情報"),
      address ? el("span", {}, address) : null,
      el("span", { class: "spot" }, spot)));
}

function sticker() {
  return el("img", { class: "sticker", src: "cone.svg", alt: "スタンプ" });
}

function video(message, entry) {
  const url = message.originalContentUrl ?? entry.picture;
  if (!url) return attached("video", "動画", minutes(message.duration));
  return el("video", { class: "picture", src: reachable(url), poster: reachable(message.previewImageUrl), controls: true });
}

function audio({ duration }) {
  return attached("audio", "ボイスメッセージ", minutes(duration));
}

function minutes(ms = 0) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function file({ fileName, fileSize }) {
  return attached("file", fileName ?? "ファイル", fileSize ? `${Math.ceil(fileSize / 1024)} KB` : "");
}

function attached(name, title, note) {
  const words = el("div", {}, el("strong", {}, title), el("span", {}, note));
  return el("div", { class: "bubble attached" }, el("span", { class: "attached-icon" }, icon(name)), words);
}

function flex(message, entry, tap) {
  return drawFlex(message, tap);
}

function unknown(message) {
  return el("div", { class: "bubble" }, message.altText ?? `[${message.type ?? "メッセージ"}]`);
}
