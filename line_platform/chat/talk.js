// The log of one person's talk: entries in order, days, quick replies and taking back one's own.

import { copy, play } from "./actions.js";
import { $, el, icon, legible, notice } from "./dom.js";
import { drawMessage } from "./message.js";
import { quote } from "./quote.js";
import { send } from "./platform.js";

const HELD = 550; // ms a finger rests before the menu opens
const CLOCK = new Intl.DateTimeFormat("ja-JP", { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("ja-JP", { month: "long", day: "numeric", weekday: "short" });

let userId = null;
let entries = new Map();
let nodes = new Map();
let waiting = null; // the bubble with three dots
let following = true; // the newest message is kept in sight

/** Empty the log and show this person's talk, without reading all of it out again. */
export function showTalk(person, listed) {
  userId = person.userId;
  quote(null);
  entries = new Map();
  nodes = new Map();
  following = true;
  endLoading();
  const log = $("log");
  log.setAttribute("aria-live", "off");
  log.setAttribute("aria-label", `${person.name}さんのトーク`);
  log.replaceChildren();
  listed.forEach((entry) => put(entry));
  settle();
  requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
}

/** Add an entry, or draw it again where it has changed (taken back, read). */
export function putEntry(entry) {
  put(entry);
  settle(entry.from === "person");
}

/** The account has read this message and all before it. */
export function markRead({ messageId }) {
  const upTo = [...entries.values()].find((entry) => entry.messageId === messageId)?.seq ?? 0;
  for (const entry of entries.values()) {
    if (entry.from === "person" && entry.seq <= upTo && !entry.read) put({ ...entry, read: true });
  }
}

/** Three dots until the account answers, at most this long. */
export function showLoading({ seconds }) {
  const dots = el("div", { class: "bubble dots", role: "img", "aria-label": "入力中" }, el("i"), el("i"), el("i"));
  endLoading();
  waiting = el("article", { class: "entry theirs" }, el("img", { class: "face", src: "road.svg", alt: "" }), dots);
  waiting.timer = setTimeout(endLoading, seconds * 1000);
  $("log").append(waiting);
}

function endLoading() {
  clearTimeout(waiting?.timer);
  waiting?.remove();
  waiting = null;
}

export const lastSeq = () => Math.max(0, ...entries.keys());

function put(told) {
  const known = entries.get(told.seq);
  const entry = { read: known?.read, ...told };
  if (known && JSON.stringify(known) === JSON.stringify(entry)) return;
  entries.set(entry.seq, entry);
  const node = row(entry);
  if (known) nodes.get(entry.seq).replaceWith(node);
  else append(entry, node);
  if (waiting && !known) entry.from === "bot" ? endLoading() : $("log").append(waiting);
  nodes.set(entry.seq, node);
}

function append(entry, node) {
  const before = [...entries.values()].at(-2);
  const day = DAY.format(entry.at);
  if (!before || DAY.format(before.at) !== day) $("log").append(el("p", { class: "day" }, el("span", {}, day)));
  else if (before.from === entry.from && !before.unsent) node.classList.add("follows");
  $("log").append(node);
}

function settle(own = false) {
  $("empty").hidden = entries.size > 0;
  drawChips();
  if (own) following = true;
  if (following) toEnd();
}

function row(entry) {
  if (entry.unsent) return el("p", { class: "taken-back" }, "メッセージの送信を取り消しました");
  const own = entry.from === "person";
  const time = el("time", { datetime: new Date(entry.at).toISOString() }, CLOCK.format(entry.at));
  const who = el("span", { class: "hidden" }, own ? "自分:" : "公式アカウント:");
  const beside = el("span", { class: "beside" }, entry.read ? el("span", {}, "既読") : null, time);
  const node = el("article", { class: `entry ${own ? "own" : "theirs"}`, dataset: { messageId: entry.messageId ?? "" } });
  if (!own) node.append(el("img", { class: "face", src: "road.svg", alt: "" }));
  node.append(who, drawMessage(entry, (action) => play(userId, action)), beside);
  withMenu(node, entry);
  return node;
}

function withMenu(node, entry) {
  const open = () => openMenu(node, entry);
  node.querySelector(".beside").prepend(
    el("button", { type: "button", class: "more", "aria-label": "このメッセージの操作", "aria-haspopup": "menu", onclick: open }, icon("more")),
  );
  node.addEventListener("contextmenu", (event) => {
    event.preventDefault();
    open();
  });
  let timer = 0;
  node.addEventListener("touchstart", () => (timer = setTimeout(open, HELD)), { passive: true });
  for (const end of ["touchend", "touchmove", "touchcancel"]) node.addEventListener(end, () => clearTimeout(timer), { passive: true });
}

function openMenu(node, entry) {
  const opener = node.querySelector(".more");
  const item = (label, act) => el("button", { type: "button", role: "menuitem", onclick: (event) => (menu.remove(), act(event)) }, label);
  const menu = el("div", { class: "menu", role: "menu", tabindex: "-1" },
    entry.message.text ? item("コピー", () => copy(entry.message.text)) : null,
    item("引用して返信", () => quote(entry)),
    entry.from === "person" ? item("送信取消", (event) => takeBack(entry, byKey(event))) : null);
  if (entry.from === "person") menu.lastElementChild.classList.add("danger");
  document.querySelector(".menu")?.remove();
  node.append(menu);
  menu.scrollIntoView({ block: "nearest" });
  menu.firstElementChild.focus();
  menu.addEventListener("keydown", (event) => steer(event, menu, opener));
  menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || setTimeout(() => menu.remove()));
}

function steer(event, menu, opener) {
  const items = [...menu.children];
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way) {
    event.preventDefault();
    items.at((items.indexOf(document.activeElement) + way) % items.length).focus();
  }
  if (event.key === "Escape") opener.focus();
}

async function takeBack(entry, keys) {
  try {
    await send(userId, "unsend", { messageId: entry.messageId });
    putEntry({ ...entry, unsent: true });
    if (keys) $("words").focus();
  } catch (error) {
    notice(`取り消せませんでした: ${error.message}`);
  }
}

/** LINE shows the quick replies of the newest message only, until something else is said. */
function drawChips() {
  const newest = [...entries.values()].at(-1);
  const items = newest?.from === "bot" && !newest.chipsUsed ? (newest.message.quickReply?.items ?? []) : [];
  const chips = $("chips");
  chips.hidden = items.length === 0;
  chips.replaceChildren(...items.map((item) => chip(item, newest)));
  chips.scrollLeft = 0;
}

/** A click made with the keyboard: only then may the focus move to the words (a phone would open its keys). */
const byKey = (event) => event.detail === 0;
const STAYS = new Set(["camera", "cameraRoll", "location"]);

function chip({ action, imageUrl }, entry) {
  const drawn = { camera: "camera", cameraRoll: "photo", location: "place" }[action.type];
  const picture = imageUrl ? el("img", { src: imageUrl, alt: "" }) : drawn ? icon(drawn) : null;
  const use = (event) => {
    if (!STAYS.has(action.type)) entry.chipsUsed = true;
    play(userId, action);
    drawChips();
    if (byKey(event) && !STAYS.has(action.type)) $("words").focus({ preventScroll: true });
  };
  return el("button", { type: "button", class: "chip", onclick: use }, picture, legible(action.label ?? action.type));
}

function toEnd() {
  const frame = $("log-frame");
  frame.scrollTop = frame.scrollHeight;
}

/** Keep the newest message in sight while pictures load and the keyboard comes up. */
export function followTheEnd() {
  const frame = $("log-frame");
  let before = frame.scrollTop;
  frame.addEventListener("scroll", () => {
    const atEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 60;
    following = atEnd || (following && frame.scrollTop >= before); // what grew below is not a way up
    before = frame.scrollTop;
  }, { passive: true });
  const watch = new ResizeObserver(() => following && toEnd());
  watch.observe($("log"));
  watch.observe(frame);
}
