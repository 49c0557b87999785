// The way of a patrol: positions while this page is open, sparse, sent a few at a time. What could not be
// sent waits on the phone; who does not allow positions goes on patrol without them.

import { BROWSER, keep, kept } from "../kit/storage.js";

const bar = document.getElementById("patrol-bar");
const SEND_MS = 30_000;
const APART_MS = 5_000;
const MOST_WAITING = 2_000;
const MOST_AT_ONCE = 200;
const SHELF = `patrol-${bar.dataset.patrol}`;
const CHOICE = "patrol-way";
let waiting = unsent();
let watching = null;
let sending = false;

const choice = document.getElementById("way-on");
if ("geolocation" in navigator) {
  if (kept(CHOICE, BROWSER) !== "off") watch();
  if (choice) {
    choice.checked = kept(CHOICE, BROWSER) !== "off";
    choice.closest("label").hidden = false;
    choice.addEventListener("change", () => {
      keep(CHOICE, choice.checked ? "on" : "off", BROWSER);
      choice.checked ? watch() : rest();
    });
  }
  setInterval(send, SEND_MS);
  addEventListener("pagehide", send);
  send();
}

function watch() {
  watching ??= navigator.geolocation.watchPosition(note, refused, { enableHighAccuracy: true, maximumAge: 5_000, timeout: 60_000 });
}

function rest() {
  if (watching !== null) navigator.geolocation.clearWatch(watching);
  watching = null;
  say("軌跡は記録していません。");
}

function refused({ code }) {
  if (code !== 1) return; // for the moment only
  rest();
  say("位置情報が許可されていないため、軌跡は記録していません。巡回はこのまま続けられます。");
}

function note({ coords, timestamp }) {
  const last = waiting.at(-1);
  if (last && timestamp - last[3] < APART_MS) return;
  const { longitude, latitude, accuracy } = coords;
  waiting.push([Number(longitude.toFixed(6)), Number(latitude.toFixed(6)), Math.round(accuracy), timestamp]);
  if (waiting.length > MOST_WAITING) waiting = waiting.filter((_, index) => index % 2);
  keep(SHELF, JSON.stringify(waiting));
  say("軌跡を記録しています(画面を開いている間だけ)。");
}

async function send() {
  if (sending || !waiting.length) return;
  sending = true;
  const some = waiting.slice(0, MOST_AT_ONCE);
  const points = some.map(([lon, lat, out, at]) => [lon, lat, out, new Date(at).toISOString()].join(",")).join(";");
  const body = new URLSearchParams({ csrf: bar.dataset.csrf, patrol: bar.dataset.patrol, points, sent: new Date().toISOString() });
  try {
    const answer = await fetch("/crew/patrol/way", { method: "POST", body, keepalive: true });
    if (answer.ok || answer.status === 404) {
      waiting = waiting.slice(some.length);
      keep(SHELF, JSON.stringify(waiting));
    }
  } catch {
    // no signal: they wait
  }
  sending = false;
}

function say(words) {
  const said = document.getElementById("way-said");
  if (said) said.textContent = words;
}

function unsent() {
  try {
    return JSON.parse(kept(SHELF) ?? "[]");
  } catch {
    return [];
  }
}
