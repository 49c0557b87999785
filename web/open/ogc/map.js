// A small map of what the page lists: the same features, as GeoJSON.
import { LngLatBounds } from "../../maplibre/maplibre-gl.mjs";
import { drawCity } from "../../maps/city_map.js";

const WORK = "#b3501b";
const DONE = "#2a7d46";
const OTHER = "#0b5a78";
const COLOUR = ["match", ["get", "state"],
  ["open", "in_progress", "made_safe"], WORK, ["fixed"], DONE, OTHER];

const element = document.getElementById("map");
const map = element && drawCity(element);
map?.on("load", show);

async function show() {
  const answer = await fetch(element.dataset.shown, { headers: { accept: "application/geo+json" } });
  if (!answer.ok) return;
  const told = await answer.json();
  map.addSource("shown", { type: "geojson", data: told });
  const of = (...forms) => ["in", ["geometry-type"], ["literal", forms]];
  const layer = (id, type, filter, paint) => map.addLayer({ id, type, source: "shown", filter, paint });
  layer("fills", "fill", of("Polygon", "MultiPolygon"), { "fill-color": OTHER, "fill-opacity": 0.12 });
  layer("edges", "line", of("Polygon", "MultiPolygon"), { "line-color": OTHER, "line-width": 1.5 });
  layer("lines", "line", of("LineString", "MultiLineString"), { "line-color": OTHER, "line-width": 3 });
  layer("points", "circle", of("Point"), {
    "circle-color": COLOUR, "circle-radius": 6, "circle-stroke-color": "#fff", "circle-stroke-width": 2,
  });
  const around = bounds(told.features ?? [told]);
  if (!around.isEmpty()) map.fitBounds(around, { padding: 32, maxZoom: 16, animate: false });
}

function bounds(features) {
  const around = new LngLatBounds();
  const take = (part) => typeof part[0] === "number" ? around.extend(part) : part.forEach(take);
  features.forEach(({ geometry }) => take(geometry.coordinates));
  return around;
}
