// The rows as a map: pins with their turn, the way between them, and where the phone is.
import { Marker, Popup } from "../../maplibre/maplibre-gl.mjs";
import { made } from "../../kit/dom.js";
import { FONT, drawCity } from "../../maps/city_map.js";
import { addPins } from "../../maps/pins.js";
import { order, rows } from "./way.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const ROOM = 8;
const MOST_ON_A_WAY = 60; // of more, the line hides the map

/** Draws the city; gives `show(tickets in their order, here or null)`, or null where nothing can be drawn. */
export async function crewMap(element) {
  await styled(element.dataset.styles);
  const map = drawCity(element);
  if (!map) return null;
  await new Promise((done) => map.once("load", done));
  addPins(map);
  map.addSource("way", { type: "geojson", data: NOTHING });
  map.addSource("tickets", { type: "geojson", data: NOTHING, cluster: true, clusterRadius: 36, clusterMaxZoom: 14, clusterProperties: { urgent: ["any", ["get", "urgent"]] } });
  LAYERS.forEach((layer) => map.addLayer(layer));
  map.on("click", "pins", ({ features: [{ properties, geometry }] }) => openCard(map, properties.number, geometry.coordinates));
  map.on("click", "clusters", async ({ features: [{ properties, geometry }] }) => {
    const zoom = await map.getSource("tickets").getClusterExpansionZoom(properties.cluster_id);
    map.easeTo({ center: geometry.coordinates, zoom });
  });
  const dot = document.createElement("div");
  dot.className = "here";
  const phone = new Marker({ element: dot });
  let isPlaced = false;
  return {
    show(tickets, here) {
      map.resize();
      map.getSource("tickets").setData({ type: "FeatureCollection", features: tickets.map(pointOf) });
      map.getSource("way").setData(isWay(tickets) ? lineOf(tickets, here) : NOTHING);
      if (here) phone.setLngLat([here.lon, here.lat]).addTo(map);
      if (!isPlaced && tickets.length) look(map, tickets);
      isPlaced ||= tickets.length > 0;
    },
  };
}

function styled(address) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
  return new Promise((done, failed) => {
    link.addEventListener("load", done);
    link.addEventListener("error", failed);
    document.head.append(link);
  });
}

function look(map, tickets) {
  const lons = tickets.map(({ lon }) => lon);
  const lats = tickets.map(({ lat }) => lat);
  map.fitBounds([[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]], { padding: 48, maxZoom: 16, animate: false });
}

const isWay = (tickets) => ["way", "packed"].includes(order()) && tickets.length <= MOST_ON_A_WAY;

function pointOf({ number, lon, lat, pin, urgent }, turn) {
  const isNumbered = ["way", "packed"].includes(order());
  return { type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties: { number, pin, urgent, turn: isNumbered ? String(turn + 1) : "", rank: -turn } };
}

function lineOf(tickets, here) {
  const stops = here ? [here, ...tickets] : tickets;
  return { type: "LineString", coordinates: stops.map(({ lon, lat }) => [lon, lat]) };
}

/** The row's own card. */
function openCard(map, number, at) {
  const link = rows().get(number)?.querySelector("a").cloneNode(true);
  if (!link) return;
  link.className = "card-link";
  link.append(made("span", "open", "受付票を開く"));
  const card = new Popup({ maxWidth: "330px", offset: 16 }).setLngLat(at).setDOMContent(link).addTo(map);
  requestAnimationFrame(() => card.isOpen() && bringIn(map, card.getElement().getBoundingClientRect()));
}

/** Moves the map so that all of it is seen. */
function bringIn(map, { left, right, top, bottom }) {
  const all = map.getContainer().getBoundingClientRect();
  const past = (low, high, from, to) => Math.min(low - from - ROOM, 0) || Math.max(high - to + ROOM, 0);
  map.panBy([past(left, right, all.left, all.right), past(top, bottom, all.top, all.bottom)]);
}

const LAYERS = [
  { id: "way", type: "line", source: "way", layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": "#16508a", "line-width": 3, "line-opacity": 0.75, "line-dasharray": [2, 1.4] } },
  { id: "clusters", type: "circle", source: "tickets", filter: ["has", "point_count"],
    paint: { "circle-radius": ["step", ["get", "point_count"], 18, 10, 21, 100, 25], "circle-color": "#24483d",
      "circle-stroke-color": ["case", ["get", "urgent"], "#b3201b", "#ffffff"], "circle-stroke-width": ["case", ["get", "urgent"], 4, 2.5] } },
  { id: "cluster-counts", type: "symbol", source: "tickets", filter: ["has", "point_count"],
    layout: { "text-field": ["concat", ["get", "point_count_abbreviated"], ["case", ["get", "urgent"], "!", ""]], "text-font": FONT, "text-size": 14, "text-allow-overlap": true },
    paint: { "text-color": "#ffffff", "text-halo-color": "#24483d", "text-halo-width": 1 } },
  { id: "pins", type: "symbol", source: "tickets", filter: ["!", ["has", "point_count"]],
    layout: { "icon-image": ["get", "pin"], "icon-size": 1.3, "icon-allow-overlap": true, "symbol-sort-key": ["get", "rank"],
      "text-field": ["get", "turn"], "text-font": FONT, "text-size": 14, "text-offset": [1.35, -1], "text-allow-overlap": true, "text-optional": true },
    paint: { "text-color": "#0e2a4a", "text-halo-color": "#ffffff", "text-halo-width": 2.2 } },
];
