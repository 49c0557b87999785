// The desk's first screen: tickets come every four seconds, a new one by itself.
import { $ } from "../../kit/dom.js";
import { drawCity } from "../../maps/city_map.js";
import { drawLegend } from "../../maps/pins.js";
import { drawList } from "./list.js";
import { ticketPins } from "./pins.js";

const EVERY_MS = 4000;
const FRESH_FOR_MS = 120_000;

const box = $("tickets");
const filters = $("filters");
const state = { tag: null, known: null, fresh: new Map(), features: [], pins: null, asked: 0, failed: false };

takeFiltersFromAddress();
filters.addEventListener("change", startAnew);
filters.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("visibilitychange", () => document.hidden || ask());
for (const [event, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
  box.addEventListener(event, (happened) => point(on ? happened.target.closest("li[data-number]") : null));
}

drawLegend($("legend"));
const map = drawCity($("map"));
map?.on("load", () => {
  const [tones, open] = [$("map").dataset.tones, $("map").dataset.open].map((words) => JSON.parse(words));
  state.pins = ticketPins(map, { query: wanted(), tones, open, ticketOf });
});
keepAsking();

async function keepAsking() {
  if (!document.hidden) await ask();
  setTimeout(keepAsking, EVERY_MS);
}

async function ask() {
  const turn = ++state.asked;
  const headers = state.tag ? { "If-None-Match": state.tag } : {};
  try {
    const answer = await fetch(`/staff/tickets.geojson?${wanted()}`, { headers, cache: "no-store" });
    if (turn !== state.asked) return;
    if (answer.status === 401) return sayConnection("時間がたったためサインアウトしました。画面を読み込み直してください。");
    if (answer.status === 200) take(await answer.json(), answer.headers.get("ETag"), turn);
    else if (answer.status !== 304) throw new Error(`status ${answer.status}`);
    if (state.failed) showOnMap();
    state.failed = false;
    sayConnection("");
  } catch {
    state.failed = true;
    if (turn === state.asked) sayConnection("つながりません。自動でつなぎ直します。");
  }
}

function take({ features, more }, tag, turn) {
  if (turn !== state.asked) return;
  const numbers = new Set(features.map((feature) => feature.properties.number));
  const news = state.known ? features.filter(({ properties }) => !state.known.has(properties.number)) : [];
  news.forEach(({ properties }) => state.fresh.set(properties.number, Date.now()));
  const first = !state.known;
  Object.assign(state, { features, tag, known: new Set([...(state.known ?? []), ...numbers]) });
  const fresh = freshNumbers();
  drawList(box, features.map((feature) => feature.properties), fresh);
  showOnMap();
  $("count").textContent = `${features.length}${more ? "件以上" : "件"}`;
  if (news.length && !first) announce(news);
}

function showOnMap() {
  const fresh = freshNumbers();
  state.pins?.show(wanted(), state.features.filter(({ properties }) => fresh.has(properties.number)));
}

/** What the list knows of this number, or what the city knows where the list is not long enough. */
async function ticketOf(number) {
  const known = state.features.find(({ properties }) => properties.number === number);
  if (known) return known.properties;
  const answer = await fetch(`/staff/tickets.geojson?${new URLSearchParams({ status: "all", number })}`);
  return answer.ok ? (await answer.json()).features[0]?.properties : null;
}

function announce(news) {
  const { category, place, urgent } = news[0].properties;
  const others = news.length > 1 ? `ほか${news.length - 1}件` : "";
  $("news").textContent = `新しい受付票: ${urgent ? "緊急、" : ""}${category}、${place || "場所は地図"} ${others}`;
}

function startAnew() {
  Object.assign(state, { tag: null, known: null });
  state.fresh.clear();
  const asked = wanted();
  history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  ask();
}

function wanted() {
  return new URLSearchParams([...new FormData(filters)].filter(([name, value]) => value && !(name === "status" && value === "open")));
}

function takeFiltersFromAddress() {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = filters.elements[name];
    if (field && [...field.options].some((option) => option.value === value)) field.value = value;
  }
}

function freshNumbers() {
  const since = Date.now() - FRESH_FOR_MS;
  return new Set([...state.fresh].filter(([, at]) => at > since).map(([number]) => number));
}

function point(item) {
  state.pins?.point(item && state.features.find(({ properties }) => properties.number === item.dataset.number));
}

function sayConnection(words) {
  const line = $("connection");
  line.classList.toggle("bad", Boolean(words));
  if (line.textContent !== (words || "自動で更新")) line.textContent = words || "自動で更新";
}
