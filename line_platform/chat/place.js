// Choosing a place: a map with a pin for the finger, the mouse and the arrow keys.

import { el, notice, sheet } from "./dom.js";
import { paintedMap, placeName } from "./map.js";
import { send } from "./platform.js";

const START = { lng: 139.5067, lat: 35.7011 };
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let last = START;

/** Open the picker; the pin starts where this page last put it. */
export async function openPlace(userId) {
  const lat = coordinate("緯度", -90, 90);
  const lng = coordinate("経度", -180, 180);
  const title = el("input", { type: "text", maxlength: "100", placeholder: "なし" });
  const address = el("input", { type: "text", maxlength: "100", placeholder: "なし" });
  const found = el("p", { class: "place-found", role: "status" });
  const canvas = el("div", { class: "place-canvas", tabindex: "0", role: "application",
    "aria-label": "地図。矢印キーでピンを動かし、プラスとマイナスで拡大縮小します。" });
  const form = el("form", { class: "place-form" }, canvas, found,
    el("details", {}, el("summary", {}, "名前・住所・座標を書く"),
      el("div", { class: "place-fields" }, label("場所の名前", title), label("住所", address), label("緯度", lat), label("経度", lng))),
    el("footer", { class: "sheet-foot" }, el("button", { class: "main" }, "この場所を送る")));
  const dialog = sheet("位置情報", "place-sheet", form);
  const fields = { lat, lng, title, address, found };
  form.addEventListener("submit", (event) => (event.preventDefault(), deliver(userId, fields, dialog)));
  show(fields, last);
  await withMap(canvas, fields, dialog);
}

function coordinate(name, min, max) {
  return el("input", { type: "number", step: "any", min, max, required: true, "aria-label": name });
}

function label(words, field) {
  return el("label", {}, el("span", {}, words), field);
}

function show(fields, spot) {
  fields.lat.value = spot.lat.toFixed(6);
  fields.lng.value = spot.lng.toFixed(6);
  fields.found.textContent = `北緯 ${spot.lat.toFixed(5)} 東経 ${spot.lng.toFixed(5)}`;
}

async function withMap(canvas, fields, dialog) {
  canvas.classList.add("waiting");
  const drawn = await paintedMap(canvas, last).catch(() => null);
  if (!drawn) {
    canvas.classList.remove("waiting");
    canvas.classList.add("no-map");
    canvas.textContent = "地図を表示できません。下に緯度・経度を書いてください。";
    fields.lat.closest("details").open = true;
    return;
  }
  const { map, pin } = drawn;
  const put = (spot) => (pin.setLngLat(spot), tell(map, fields, pin.getLngLat()));
  map.on("click", (event) => put(event.lngLat));
  map.on("idle", () => (canvas.classList.remove("waiting"), name(map, fields)));
  pin.on("drag", () => tell(map, fields, pin.getLngLat()));
  canvas.addEventListener("keydown", (event) => steer(event, map, pin, put));
  const typed = () => fields.lat.checkValidity() && fields.lng.checkValidity() && jump(map, pin, fields);
  for (const field of [fields.lat, fields.lng]) field.addEventListener("change", typed);
  dialog.addEventListener("close", () => map.remove());
  map.getCanvas().tabIndex = -1;
  tell(map, fields, pin.getLngLat());
  canvas.focus();
}

function tell(map, fields, spot) {
  last = { lng: spot.lng, lat: spot.lat };
  show(fields, last);
  name(map, fields);
}

function name(map, fields) {
  const near = placeName(map, last);
  if (!near) return;
  fields.found.textContent = `${near} 付近`;
  if (!fields.address.dataset.typed) fields.address.value = near;
  fields.address.oninput = () => (fields.address.dataset.typed = "yes");
}

function jump(map, pin, fields) {
  const spot = { lng: Number(fields.lng.value), lat: Number(fields.lat.value) };
  pin.setLngLat(spot);
  map.jumpTo({ center: spot });
  last = spot;
}

function steer(event, map, pin, put) {
  const way = ARROWS[event.key];
  if (way) {
    event.preventDefault();
    const stride = event.shiftKey ? 80 : 12;
    const at = map.project(pin.getLngLat());
    const spot = map.unproject([at.x + way[0] * stride, at.y + way[1] * stride]);
    put(spot);
    if (!map.getBounds().contains(spot)) map.easeTo({ center: spot, duration: 150 });
  }
  if (event.key === "+" || event.key === ";") map.zoomIn({ duration: 150 });
  if (event.key === "-") map.zoomOut({ duration: 150 });
}

async function deliver(userId, fields, dialog) {
  const place = { latitude: Number(fields.lat.value), longitude: Number(fields.lng.value) };
  if (fields.title.value.trim()) place.title = fields.title.value.trim();
  if (fields.address.value.trim()) place.address = fields.address.value.trim();
  try {
    await send(userId, "location", place);
    dialog.close();
  } catch (error) {
    notice(`送れませんでした: ${error.message}`);
  }
}
