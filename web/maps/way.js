// The way of a patrol and what was found on it, on the city's map.
import { LngLatBounds, Marker } from "../maplibre/maplibre-gl.mjs";
import { drawCity } from "./city_map.js";

/** data-way: lines of [lon, lat]; data-finds: [lon, lat, label, words]. */
export function show(element) {
  const way = JSON.parse(element.dataset.way), finds = JSON.parse(element.dataset.finds);
  const map = drawCity(element);
  if (!map) return null;
  const all = [...way.flat(), ...finds];
  const bounds = all.reduce((box, [lon, lat]) => box.extend([lon, lat]), new LngLatBounds());
  if (all.length) map.fitBounds(bounds, { padding: 40, maxZoom: 16, animate: false });
  map.on("load", () => {
    map.addSource("way", { type: "geojson", data: { type: "MultiLineString", coordinates: way.filter((run) => run.length > 1) } });
    const line = { type: "line", source: "way", layout: { "line-join": "round", "line-cap": "round" } };
    map.addLayer({ id: "way-edge", ...line, paint: { "line-color": "#ffffff", "line-width": 8 } });
    map.addLayer({ id: "way", ...line, paint: { "line-color": "#1c4fb5", "line-width": 4 } });
  });
  finds.forEach(([lon, lat, label, words]) => new Marker({ element: spot(label, words) }).setLngLat([lon, lat]).addTo(map));
  return map;
}

function spot(label, words) {
  const made = document.createElement("span");
  made.className = "find-spot";
  made.textContent = label;
  made.title = words;
  return made;
}
