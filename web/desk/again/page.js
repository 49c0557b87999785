// Sections on the city's map: a line for each, wide and dark where much is reported.
import { LngLatBounds } from "../../maplibre/maplibre-gl.mjs";
import { drawCity } from "../../maps/city_map.js";

const element = document.getElementById("map");
const said = document.getElementById("map-said");
if (element) show(element);

async function show(element) {
  const map = drawCity(element, { shares: true });
  if (!map) return;
  const loaded = new Promise((ready) => map.on("load", ready));
  const answer = await fetch(element.dataset.lines);
  if (!answer.ok) {
    said.textContent = "区間を読みこめませんでした。ページを開き直してください。";
    return;
  }
  const lines = await answer.json();
  await loaded;
  const box = new LngLatBounds();
  for (const { geometry, properties } of lines.features)
    if ("AB".includes(properties.group)) geometry.coordinates.flat().forEach((at) => box.extend(at));
  if (!box.isEmpty()) map.fitBounds(box, { padding: 40, maxZoom: 16, animate: false });
  draw(map, lines);
}

/** Looks of the groups come from the legend beside the map. */
function draw(map, lines) {
  const looks = [...document.querySelectorAll(".again-legend li")].map((one) => {
    const line = one.querySelector("line");
    return [one.querySelector("b").textContent, line.getAttribute("stroke"), Number(line.getAttribute("stroke-width"))];
  });
  const by = (at, last) => ["match", ["get", "group"], ...looks.flatMap((look) => [look[0], look[at]]), last];
  const edge = ["+", by(2, 2), 2.5];
  map.addSource("sections", { type: "geojson", data: lines });
  const line = { type: "line", source: "sections", layout: { "line-join": "round", "line-cap": "round" } };
  map.addLayer({ ...line, id: "sections-edge", paint: { "line-color": "#ffffff", "line-width": edge } });
  map.addLayer({ ...line, id: "sections", paint: { "line-color": by(1, "#9db4c0"), "line-width": by(2, 2) } });
  map.addLayer({ ...line, id: "sections-touch", paint: { "line-opacity": 0, "line-width": 18 } });
  map.on("mousemove", "sections-touch", ({ features: [{ properties }] }) => {
    map.getCanvas().style.cursor = "pointer";
    said.textContent = ` ${properties.group} ${properties.name}: 100mあたり年間 ${properties.rate}、受付票 ${properties.tickets}件`;
  });
  map.on("mouseleave", "sections-touch", () => { map.getCanvas().style.cursor = ""; });
  map.on("click", "sections-touch", ({ features: [{ properties }] }) => {
    location.assign(`/staff/numbers/again/sections/${properties.key}?${element.dataset.query}`);
  });
}
