// The small map of a ticket's page: the city with its pin, those where residents say that it is, and
// one where it ought to be.
import { LngLatBounds, Marker } from "../../maplibre/maplibre-gl.mjs";
import { drawCity } from "../../maps/city_map.js";
import { arrowStep, metresBetween, pointIn, wordsOf } from "../../maps/points.js";

const element = document.getElementById("place");
const map = element && drawCity(element);
const place = element && { lon: Number(element.dataset.lon), lat: Number(element.dataset.lat) };
if (map) {
  map.scrollZoom.disable();
  new Marker({ color: "#b3201b" }).setLngLat(place).addTo(map);
}
const change = document.getElementById("place-change");
if (change) correctPlace(change);
const others = [];
if (map) showTold();
document.addEventListener("renewed", () => map && showTold());

function correctPlace(change) {
  const field = change.querySelector("#point");
  const moved = change.querySelector("#point-moved");
  const pin = map && newPin();
  const show = (point, { from }) => {
    if (from !== "field") field.value = wordsOf(point);
    pin?.setLngLat(point);
    if (from === "field" || from === "key") map?.easeTo({ center: point, animate: false });
    const metres = metresBetween(place, point);
    moved.textContent = metres < 0.1 ? "" : `いまの場所から ${metres < 10 ? metres.toFixed(1) : Math.round(metres)} m 動かします。`;
  };
  field.addEventListener("input", () => {
    const point = pointIn(field.value);
    if (point) show(point, { from: "field" });
    else moved.textContent = "";
  });
  show(pointIn(field.value) ?? place, { from: "field" });
  if (!pin) return;
  const follow = () => (change.open ? pin.addTo(map) : pin.remove());
  change.addEventListener("toggle", follow);
  follow();
  map.on("click", ({ lngLat }) => change.open && show({ lon: lngLat.lng, lat: lngLat.lat }, { from: "map" }));
  pin.on("drag", () => show(at(pin), { from: "map" }));
  pin.getElement().addEventListener("keydown", (event) => {
    const step = arrowStep(event.key, event.shiftKey ? 10 : 1, at(pin));
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    show(step, { from: "key" });
  });
}

function showTold() {
  const told = [...document.querySelectorAll(".told-place")].map(({ dataset }) => dataset);
  const bounds = new LngLatBounds(place, place);
  for (const pin of others.splice(0)) pin.remove();
  const before = document.getElementById("place-before");
  if (before?.dataset.lon) {
    const pin = new Marker({ color: "#7d8b84", scale: 0.7 }).setLngLat([Number(before.dataset.lon), Number(before.dataset.lat)]).addTo(map);
    pin.getElement().setAttribute("aria-label", "直す前の場所");
    others.push(pin);
  }
  for (const { lon, lat } of told) {
    const point = { lon: Number(lon), lat: Number(lat) };
    const pin = new Marker({ color: "#1f5fa8", scale: 0.85 }).setLngLat(point).addTo(map);
    pin.getElement().setAttribute("aria-label", "通報した人が送った別の場所");
    others.push(pin);
    bounds.extend(point);
  }
  if (told.length) map.fitBounds(bounds, { padding: 60, maxZoom: 18, animate: false });
}

function at(pin) {
  const { lng, lat } = pin.getLngLat();
  return { lon: lng, lat };
}

function newPin() {
  const element = document.createElement("div");
  element.className = "new-place";
  element.innerHTML = '<svg viewBox="0 0 44 44" aria-hidden="true"><circle cx="22" cy="22" r="15" fill="rgba(20,96,78,.18)" stroke="#14604e" stroke-width="3"/><path d="M22 2v13M22 29v13M2 22h13M29 22h13" stroke="#14604e" stroke-width="3"/><circle cx="22" cy="22" r="2.500" fill="#14604e"/></svg>';
  const pin = new Marker({ element, draggable: true, anchor: "center" }).setLngLat(place);
  Object.assign(element, { tabIndex: 0, role: "button", ariaLabel: "新しい場所。矢印キーで 1 m、Shift と矢印キーで 10 m 動きます" });
  return pin;
}
