// Asking the map: a click, the middle of the map or two numbers become one answer beside it.
import { ask } from "../../kit/ask.js";
import { $ } from "../../kit/dom.js";
import { Marker } from "../../maplibre/maplibre-gl.mjs";
import { drawCity } from "../../maps/city_map.js";

const form = $("asking");
const answer = $("answer");
const state = { asked: 0, marker: null, lines: null };

const map = drawCity($("map"));
map?.on("load", () => {
  drawRoads();
  showRoads();
});
map?.on("click", ({ lngLat }) => askAt(lngLat));
map?.getCanvas().addEventListener("keydown", (event) => {
  if (event.key === "Enter") askAt(map.getCenter());
});
if (map) {
  map.getCanvas().style.cursor = "crosshair";
  $("here").hidden = false;
  $("here").addEventListener("click", () => askAt(map.getCenter()));
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  await look();
  bringIntoSight();
});
form.addEventListener("change", ({ target }) => target.name !== "lon" && target.name !== "lat" && isFilled() && look());
if (isFilled() && $("wrong").hidden) look();

async function askAt({ lng, lat }) {
  form.elements.lon.value = lng.toFixed(6);
  form.elements.lat.value = lat.toFixed(6);
  await look();
  bringIntoSight();
}

function isFilled() {
  return form.elements.lon.value !== "" && form.elements.lat.value !== "";
}

async function look() {
  const turn = ++state.asked;
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  answer.classList.add("waits");
  const told = await ask(`/staff/where.json?${query}`);
  if (turn !== state.asked) return;
  answer.classList.remove("waits");
  $("wrong").hidden = !told.wrong;
  $("wrong").textContent = told.wrong ?? "";
  if (told.wrong) return;
  history.replaceState(null, "", `?${query}`);
  answer.innerHTML = told.html;
  state.lines = told.lines;
  showRoads();
  pinAt([told.lon, told.lat]);
}

// on a phone the answer lies under the map
function bringIntoSight() {
  const title = $("answer-title");
  if (title.getBoundingClientRect().top > innerHeight - 60) title.scrollIntoView({ block: "center" });
}

function drawRoads() {
  const line = (which, paint) => ({
    id: `asked-${which}`, type: "line", source: "asked", filter: ["==", ["get", "which"], which],
    layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-opacity": 0.85, ...paint },
  });
  map.addSource("asked", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer(line("runner_up", { "line-color": "#b3501b", "line-width": 4, "line-dasharray": [1.6, 1.8] }));
  map.addLayer(line("road", { "line-color": "#0b5a78", "line-width": 5 }));
}

function showRoads() {
  if (state.lines) map?.getSource("asked")?.setData(state.lines);
}

function pinAt(place) {
  if (!map) return;
  state.marker ??= new Marker({ color: "#b3201b" });
  state.marker.setLngLat(place).addTo(map);
  if (!map.getBounds().contains(place)) map.jumpTo({ center: place, zoom: Math.max(map.getZoom(), 15) });
}
