// Where the phone is, and how the list is put in order from there.
import { $ } from "../../kit/dom.js";
import { keep, kept } from "../../kit/storage.js";
import { inOrder, kilometres, metresBetween, wayLength } from "../../kit/route.js";

const KEPT = "michi-crew-order";
const MOVED_M = 150; // who walks around a hole finds the list as it was
const UNKNOWN = "現在地が分かりません。位置情報を許可すると、ここからの順になります。";
const KEPT_PLACE = "michi-crew-from";
const place = { here: null, from: placeBefore(), watching: null };

/** In this window: who comes back from a ticket finds the list as it was. */
function placeBefore() {
  const [lon, lat] = (kept(KEPT_PLACE) ?? "").split(",").map(Number);
  return lon && lat ? { lon, lat } : null;
}

function beginAt(point) {
  place.from = point;
  if (point) keep(KEPT_PLACE, `${point.lon},${point.lat}`);
}

/** The facts of a row. */
export function ticketOf({ dataset }) {
  return {
    number: dataset.number,
    lon: Number(dataset.lon),
    lat: Number(dataset.lat),
    pin: dataset.pin,
    until: dataset.until ?? "",
    stop: Number(dataset.stop ?? 0),
    again: "again" in dataset,
    urgent: "urgent" in dataset,
    late: "late" in dataset,
    waits: "waits" in dataset,
    mine: "mine" in dataset,
  };
}

/** Rows by number, as they stand. */
export function rows() {
  return new Map([...$("list").querySelectorAll("li[data-number]")].map((row) => [row.dataset.number, row]));
}

export const here = () => place.here;
export const order = () => $("order").value;

/** The order that was chosen in this window, or else the one that was packed, or the way. */
export function takeOrder() {
  const options = [...$("order").options].map(({ value }) => value);
  const wanted = [kept(KEPT), "packed", "way"].find((value) => options.includes(value));
  if (wanted) $("order").value = wanted;
}

/** Calls `moved` when another order is chosen, and when the phone is somewhere else. */
export function followOrder(moved) {
  $("order").addEventListener("change", () => {
    keep(KEPT, order());
    beginAt(place.here ?? place.from);
    if (order() !== "deadline") watch(moved);
    moved();
  });
  navigator.permissions?.query({ name: "geolocation" }).then((answer) => answer.state === "granted" && watch(moved));
}

function watch(moved) {
  if (place.watching !== null || !("geolocation" in navigator)) return;
  place.watching = navigator.geolocation.watchPosition(
    ({ coords }) => {
      place.here = { lon: coords.longitude, lat: coords.latitude };
      const isElsewhere = !place.from || metresBetween(place.from, place.here) > MOVED_M;
      if (isElsewhere) beginAt(place.here);
      sayDistances();
      if ($("said").textContent === UNKNOWN) $("said").textContent = "";
      if (isElsewhere) moved();
    },
    () => {
      navigator.geolocation.clearWatch(place.watching);
      place.watching = null;
      if (!place.here) $("said").textContent = UNKNOWN;
    },
    { enableHighAccuracy: true, maximumAge: 20_000, timeout: 20_000 },
  );
}

/**
 * Puts the rows in order, those of `fresh` (numbers) on top; only mine where that is wanted. Gives the tickets that
 * are shown. The row that has the focus keeps it.
 */
export function arrange(fresh, onlyMine) {
  const all = rows();
  const tickets = [...all.values()].map(ticketOf);
  const shown = tickets.filter(({ mine }) => mine || !onlyMine);
  const isFresh = ({ number }) => fresh.has(number);
  const others = inOrder(shown.filter((ticket) => !isFresh(ticket)), order(), place.from);
  const ordered = [...shown.filter(isFresh), ...others];
  const wanted = new Set(ordered.map(({ number }) => number));
  for (const [number, row] of all) row.hidden = !wanted.has(number);
  const focused = document.activeElement;
  const list = $("list");
  const sorted = [...ordered, ...tickets.filter(({ number }) => !wanted.has(number))].map(({ number }) => all.get(number));
  if (sorted.some((row, turn) => list.children[turn] !== row)) list.replaceChildren(...sorted);
  if (focused?.closest("#list") && document.activeElement !== focused) focused.focus({ preventScroll: true });
  number(ordered.map(({ number }) => all.get(number)));
  sayDistances();
  sayWay(ordered);
  $("none").hidden = ordered.length > 0;
  return ordered;
}

function number(shown) {
  const isNumbered = ["way", "packed"].includes(order());
  shown.forEach((row, turn) => {
    if (isNumbered) row.dataset.turn = turn + 1;
    else delete row.dataset.turn;
  });
}

function sayDistances() {
  if (!place.here) return;
  for (const row of rows().values()) {
    const said = row.querySelector(".distance");
    const words = spoken(metresBetween(place.here, ticketOf(row)));
    if (said.textContent !== words) said.textContent = words;
  }
}

function sayWay(tickets) {
  const words = wayWords(tickets);
  $("way").hidden = !words;
  if ($("way").textContent !== words) $("way").textContent = words;
}

function wayWords(tickets) {
  if (!tickets.length) return "";
  if (order() === "near") return place.from ? "近い順です。まだ直っていないものと緊急のものは上に残します。" : "現在地が分かるまで、順路の順です。";
  if (order() === "deadline") return "";
  const km = kilometres(tickets, place.from);
  const start = place.from ? "現在地から" : "1番目から";
  return `${start}全部で ${wayLength(km)}(直線距離 × 1.3)`;
}

function spoken(metres) {
  return metres < 950 ? `${Math.max(10, Math.round(metres / 10) * 10)} m` : `${(metres / 1000).toFixed(1)} km`;
}
