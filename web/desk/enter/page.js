// Writing down a call: words become a place, the place says whose it is and what is there already.
import { ask } from "../../kit/ask.js";
import { $, made } from "../../kit/dom.js";
import { Marker } from "../../maplibre/maplibre-gl.mjs";
import { drawCity } from "../../maps/city_map.js";

const form = $("entry");
const place = $("place");
const list = $("places");
const hint = $("place-hint");
const usual = hint.textContent;
const state = { found: [], at: -1, typed: 0, asked: 0, marker: null };

const map = drawCity($("map"));
map?.on("click", ({ lngLat }) => chooseOnMap(lngLat));
map?.getCanvas().addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  chooseOnMap(map.getCenter());
});
if (map) {
  map.getCanvas().style.cursor = "crosshair";
  $("here").hidden = false;
  $("here").addEventListener("click", () => chooseOnMap(map.getCenter()));
}

place.addEventListener("input", () => {
  $("point").value = "";
  hint.textContent = usual;
  const turn = ++state.typed;
  setTimeout(() => turn === state.typed && suggest(turn), 150);
});
place.addEventListener("keydown", onKey);
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
place.addEventListener("blur", () => setTimeout(close, 150));
list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", ({ target }) => choose([...list.children].indexOf(target.closest("li"))));
$("category").addEventListener("change", lookThere);
if ($("point").value) {
  pin(pointOf($("point").value));
  if (!form.querySelector("[role=alert]") || !$("there").childElementCount) lookThere();
}

async function suggest(turn) {
  const { lat, lng } = map?.getCenter() ?? {};
  const near = map ? { near: `${lat.toFixed(5)}, ${lng.toFixed(5)}` } : {};
  const told = await ask(`/staff/new/places.json?${new URLSearchParams({ q: place.value, ...near })}`);
  if (turn !== state.typed || document.activeElement !== place) return;
  state.found = told.places ?? [];
  state.at = -1;
  list.replaceChildren(...state.found.map(option));
  show(state.found.length > 0);
  if (told.wrong) hint.textContent = told.wrong;
  else if (told.outside || state.found[0]?.outside) hint.textContent = "市の区域の外です。地図で場所を確かめてください。";
  else if (place.value && !state.found.length) hint.textContent = "見つかりません。地図を押して選んでください。";
}

function option({ name, kind, outside }, index) {
  const row = made("li");
  row.id = `place-${index}`;
  row.role = "option";
  row.ariaSelected = "false";
  row.append(made("span", "", name), made("span", "soft small", outside ? `${kind}・市の区域の外` : kind));
  return row;
}

function onKey(event) {
  if (event.isComposing) return;
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps && !list.hidden) {
    event.preventDefault();
    mark((state.at + steps[event.key] + state.found.length) % state.found.length);
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    chooseTyped();
  } else if (event.key === "Escape") close();
}

async function chooseTyped() {
  if (list.hidden && place.value && !$("point").value) await suggest(++state.typed);
  if (state.found.length && !$("point").value) choose(Math.max(state.at, 0));
  else if ($("point").value) $("category").focus();
}

function mark(at) {
  state.at = at;
  [...list.children].forEach((row, index) => (row.ariaSelected = String(index === at)));
  place.setAttribute("aria-activedescendant", `place-${at}`);
}

function show(open) {
  list.hidden = !open;
  place.setAttribute("aria-expanded", String(open));
  if (!open) place.removeAttribute("aria-activedescendant");
}

function close() {
  show(false);
}

function choose(index) {
  const found = state.found[index];
  if (!found) return;
  close();
  place.value = found.name;
  const at = { lng: found.lon, lat: found.lat };
  if (found.exact) {
    set(at);
    $("category").focus();
    return;
  }
  if (!map) {
    hint.textContent = "この端末では地図を描けません。住所か座標を書いてください。";
    return;
  }
  hint.textContent = `${found.name}を地図に出しました。場所を押すか、矢印キーで動かして Enter キーを押してください。`;
  map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), 16) });
  map.getCanvas().focus();
}

function chooseOnMap(at) {
  set(at);
  $("category").focus();
}

function set({ lng, lat }) {
  $("point").value = `${lat.toFixed(6)}, ${lng.toFixed(6)}`;
  hint.textContent = `場所を選びました(緯度 ${lat.toFixed(5)}、経度 ${lng.toFixed(5)})。`;
  pin({ lng, lat });
  lookThere();
}

function pointOf(words) {
  const [lat, lng] = words.split(",").map(Number);
  return { lng, lat };
}

function pin(at) {
  if (!map || !Number.isFinite(at.lng) || !Number.isFinite(at.lat)) return;
  state.marker ??= new Marker({ color: "#b3201b" });
  state.marker.setLngLat(at).addTo(map);
  if (!map.getBounds().contains(at) || map.getZoom() < 15) map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), 16) });
}

async function lookThere() {
  if (!$("point").value) return;
  const turn = ++state.asked;
  const query = new URLSearchParams({ point: $("point").value, category: $("category").value });
  const told = await ask(`/staff/new/there.json?${query}`);
  if (turn !== state.asked) return;
  if (told.wrong) $("there").replaceChildren(made("p", "bad-words", told.wrong));
  else $("there").innerHTML = told.html;
}
