// Starts the page: who is played, what arrives for them, and what the others got meanwhile.

import { $, notice } from "./dom.js";
import { startComposer } from "./composer.js";
import { startDrawer } from "./drawer.js";
import { drawPeople, openAddPerson } from "./people.js";
import * as platform from "./platform.js";
import { showMenu, startMenu } from "./rich_menu.js";
import { followTheEnd, lastSeq, markRead, putEntry, showLoading, showTalk } from "./talk.js";

const LOOK_ROUND = 3000; // ms between two looks at the talks of the others

let listed = [];
let chosen = null;
let stream = null;
const talks = new Map(); // user id -> {newest, seen, read, unread}
const readBefore = JSON.parse(sessionStorage.getItem("read") ?? "{}"); // user id -> seq: a reload makes nothing unread again

async function choose(userId) {
  const known = listed.some((person) => person.userId === userId);
  listed = known ? listed : await platform.people();
  const person = listed.find((one) => one.userId === userId) ?? listed[0];
  if (!person) return;
  stream?.close();
  chosen = person.userId;
  history.replaceState(null, "", `#${chosen}`);
  const entries = await platform.timeline(chosen);
  showTalk(person, entries);
  note(chosen, entries, true);
  $("who").textContent = `${person.name}(${person.language || "言語なし"})として話しています`;
  draw();
  stream = platform.listen(chosen, { message: arrived, unsent: arrived, read: markRead, loading: showLoading, menu: () => showMenu(chosen), undelivered, reset: startAgain, open: catchUp });
}

/** A stream that was cut off for a moment asks for what it missed. */
async function catchUp() {
  const missed = await platform.timeline(chosen, lastSeq());
  missed.forEach(arrived);
  await showMenu(chosen);
}

function arrived(entry) {
  putEntry(entry);
  note(chosen, [entry], true);
  draw();
}

function note(userId, entries, seen) {
  const talk = talks.get(userId) ?? { newest: null, seen: 0, read: readBefore[userId] ?? 0, unread: 0 };
  const fresh = entries.filter((entry) => entry.seq > talk.seen);
  talk.newest = entries.at(-1) ?? talk.newest;
  talk.seen = Math.max(talk.seen, ...entries.map((entry) => entry.seq));
  if (seen) talk.read = readBefore[userId] = talk.seen;
  talk.unread = seen ? 0 : talk.unread + fresh.filter((entry) => entry.from === "bot" && entry.seq > talk.read).length;
  talks.set(userId, talk);
  sessionStorage.setItem("read", JSON.stringify(readBefore));
}

const NOT_HEARD = { "no answer within 2 seconds": "2秒以内に返事がない", "lost on the way": "届かない割合" };

/** LINE would stay silent here; who tries things out had better know why no answer comes. */
function undelivered({ status, error }) {
  notice(`アカウントのサーバーに届きませんでした(${status ?? NOT_HEARD[error] ?? "つながらない"})。答えが来ないかもしれません。`);
}

function draw() {
  const focused = document.activeElement?.closest("#people li");
  const at = focused ? [...$("people").children].indexOf(focused) : -1;
  drawPeople(listed, chosen, talks, choose);
  if (at >= 0) $("people").children[at]?.firstElementChild.focus();
  const person = listed.find((one) => one.userId === chosen);
  $("blocked").hidden = person?.friend !== false;
  $("block").hidden = person?.friend === false;
}

function startAgain() {
  history.replaceState(null, "", "#");
  location.reload();
}

async function lookRound() {
  if (document.hidden) return;
  const before = JSON.stringify([listed, ...talks.values()]);
  listed = await platform.people();
  const others = listed.filter((person) => person.userId !== chosen);
  await Promise.all(others.map(async ({ userId }) => note(userId, await platform.timeline(userId, talks.get(userId)?.seen ?? 0), false)));
  if (JSON.stringify([listed, ...talks.values()]) !== before) draw();
}

async function friendship(what) {
  await platform.send(chosen, what);
  listed = await platform.people();
  draw();
}

/** As on a phone: whoever is new adds the account first, and is greeted. */
async function welcome(userId) {
  await choose(userId);
  await friendship("follow");
}

async function start() {
  listed = await platform.people();
  startComposer(() => chosen);
  startDrawer();
  startMenu();
  followTheEnd();
  $("person").addEventListener("change", (event) => choose(event.target.value));
  $("block").addEventListener("click", () => friendship("unfollow"));
  for (const id of ["unblock", "befriend"]) $(id).addEventListener("click", () => friendship("follow"));
  for (const button of document.querySelectorAll("[data-do=add-person]")) button.addEventListener("click", () => openAddPerson(welcome));
  addEventListener("hashchange", () => location.hash.slice(1) !== chosen && choose(location.hash.slice(1)));
  await choose(location.hash.slice(1));
  await lookRound();
  setInterval(() => lookRound().catch(() => {}), LOOK_ROUND);
}

start().catch((error) => notice(`プラットフォームにつながりません: ${error.message}`));
