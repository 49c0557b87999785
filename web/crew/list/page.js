// The crew's list: what is not mended yet and urgent ones stay on top, the rest nearest first once
// the phone knows its place.

const EVERY_MS = 30_000;
const EARTH_M = 6_371_009;
const near = document.getElementById("near");
const said = document.getElementById("said");
const AWAY = "電波が届いていません。前の一覧を表示しています。";
let here = null;
let tag = null;
let watching = null;

if ("geolocation" in navigator) {
  near.hidden = false;
  near.addEventListener("click", watch);
  navigator.permissions?.query({ name: "geolocation" }).then((answer) => answer.state === "granted" && watch());
}
setInterval(() => document.hidden || refresh(), EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || refresh());

function watch() {
  if (watching !== null) return;
  said.textContent = "現在地を調べています…";
  watching = navigator.geolocation.watchPosition(
    ({ coords }) => {
      here = [coords.longitude, coords.latitude];
      said.textContent = "近い順に並べています。まだ直っていないものと緊急のものは上に残します。";
      near.hidden = true;
      arrange();
    },
    () => {
      navigator.geolocation.clearWatch(watching);
      watching = null;
      said.textContent = "現在地が分かりません。位置情報を許可すると近い順に並べられます。";
    },
    { enableHighAccuracy: true, maximumAge: 20_000, timeout: 20_000 },
  );
}

function arrange() {
  if (!here) return;
  const list = document.getElementById("list");
  const items = [...list.querySelectorAll("li[data-number]")];
  const metres = new Map(items.map((item) => [item, distance(here, [Number(item.dataset.lon), Number(item.dataset.lat)])]));
  for (const item of items) item.querySelector(".distance").textContent = spoken(metres.get(item));
  items.sort((a, b) => first("again", a, b) || first("urgent", a, b) || metres.get(a) - metres.get(b));
  const sorted = items.some((item, place) => list.children[place] !== item);
  if (sorted) list.append(...items);
}

function first(mark, a, b) {
  return (mark in b.dataset) - (mark in a.dataset);
}

function spoken(metres) {
  return metres < 950 ? `${Math.max(10, Math.round(metres / 10) * 10)} m` : `${(metres / 1000).toFixed(1)} km`;
}

function distance([lon1, lat1], [lon2, lat2]) {
  const radians = Math.PI / 180;
  const x = (lon2 - lon1) * radians * Math.cos(((lat1 + lat2) / 2) * radians);
  return EARTH_M * Math.hypot(x, (lat2 - lat1) * radians);
}

/** The signal is back, and nothing has changed. */
function saidNothing() {
  if (said.textContent === AWAY) said.textContent = "";
}

async function refresh() {
  try {
    const answer = await fetch("/crew/", { cache: "no-store", headers: { Accept: "text/html", ...(tag && { "If-None-Match": tag }) } });
    if (answer.status === 304) return saidNothing();
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const before = new Set([...document.querySelectorAll("li[data-number]")].map((item) => item.dataset.number));
    const list = page.getElementById("list");
    if (document.activeElement?.closest("#list")) return;
    tag = answer.headers.get("ETag");
    document.getElementById("list").replaceWith(list);
    for (const id of ["count", "more"]) document.getElementById(id).replaceWith(page.getElementById(id));
    const news = [...list.querySelectorAll("li[data-number]")].filter((item) => !before.has(item.dataset.number));
    const again = news.filter((item) => "again" in item.dataset).length;
    if (news.length) said.textContent = again ? `まだ直っていないという知らせが ${again}件 あります。` : `新しい受付票が ${news.length}件 あります。`;
    arrange();
  } catch {
    said.textContent = AWAY;
  }
}
