// The public map: pins near by, their number in a disc from afar, a card for each by a press.
import { Popup } from "../maplibre/maplibre-gl.mjs";
import { drawCity, FONT } from "../maps/city_map.js";
import { made } from "../kit/dom.js";
import { addPins } from "./pins.js";

const CLUSTERED_BELOW = 16;
const CLOSE_BY = 16;
const MOST_CARDS = 6;

/**
 * Draws into the element: what `drawCity` reads, -words (by name), -points (the address of the
 * tickets), -narrow (the view is that of the tickets), -lang. Gives the map, or null without one.
 */
export async function drawPublic(element, { target = "_self" } = {}) {
  const words = JSON.parse(element.dataset.words);
  const map = drawCity(element, { words: locale(words), shares: true });
  if (!map) return null;
  const loaded = new Promise((done) => map.once("load", done));
  const found = await pointsFrom(element.dataset.points);
  await loaded;
  if (!found) {
    element.append(made("p", "map-note", words.no_points));
    return map;
  }
  const features = featuresOf(found);
  addPins(map);
  map.addSource("tickets", { type: "geojson", data: { type: "FeatureCollection", features }, cluster: true, clusterMaxZoom: CLUSTERED_BELOW - 1, clusterRadius: 44 });
  LAYERS.forEach((layer) => map.addLayer(layer));
  for (const layer of ["clusters", "pins"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  map.on("click", "clusters", ({ features: [cluster] }) => closer(map, cluster));
  map.on("click", "pins", ({ features: pressed }) => openCards(map, pressed, { words, target, lang: element.dataset.lang }));
  if (element.dataset.narrow && features.length) show(map, features);
  return map;
}

async function pointsFrom(address) {
  try {
    const answer = await fetch(address, { credentials: "omit" });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

function locale(words) {
  return {
    broken: words.no_map,
    "Map.Title": words.map,
    "NavigationControl.ZoomIn": words.zoom_in,
    "NavigationControl.ZoomOut": words.zoom_out,
    "Popup.Close": words.close,
    "CooperativeGesturesHandler.WindowsHelpText": words.with_ctrl,
    "CooperativeGesturesHandler.MacHelpText": words.with_cmd,
    "CooperativeGesturesHandler.MobileHelpText": words.two_fingers,
  };
}

function featuresOf({ points, kinds, states }) {
  return points.map(([lon, lat, state, kind, number, where, photo]) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { state, said: states[state], kind: kinds[kind], number, where, photo },
  }));
}

function show(map, features) {
  const [lons, lats] = [0, 1].map((axis) => features.map(({ geometry }) => geometry.coordinates[axis]));
  const corners = [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
  map.fitBounds(corners, { padding: 50, maxZoom: CLOSE_BY, animate: false });
}

async function closer(map, cluster) {
  const zoom = await map.getSource("tickets").getClusterExpansionZoom(cluster.properties.cluster_id);
  map.easeTo({ center: cluster.geometry.coordinates, zoom: Math.max(zoom, map.getZoom() + 1) });
}

function openCards(map, pressed, how) {
  const tickets = [...new Map(pressed.map(({ properties }) => [properties.number, properties])).values()];
  const box = made("div", "cards");
  for (const ticket of tickets.slice(0, MOST_CARDS)) box.append(cardOf(ticket, tickets.length === 1, how));
  new Popup({ maxWidth: "260px", offset: 14 }).setLngLat(pressed[0].geometry.coordinates).setDOMContent(box).addTo(map);
}

function cardOf({ said, state, kind, number, where, photo }, isAlone, { words, target, lang }) {
  const card = made("div", "one");
  if (photo && isAlone) card.append(Object.assign(made("img"), { src: `/open/photos/${photo}.jpg`, alt: "", width: 236, height: 132 }));
  const link = Object.assign(made("a", "", kind), { href: `/open/tickets/${number}?lang=${lang}`, target, rel: "noopener" });
  const place = made("p", "soft", where);
  place.lang = "ja";
  card.append(link, made("p", `said state-${state}`, said), place, made("p", "soft number", number));
  link.title = words.open_one;
  return card;
}

const LAYERS = [
  {
    id: "clusters", type: "circle", source: "tickets", filter: ["has", "point_count"],
    paint: {
      "circle-radius": ["step", ["get", "point_count"], 15, 10, 18, 100, 22],
      "circle-color": "#24483d", "circle-stroke-color": "#ffffff", "circle-stroke-width": 2.5,
    },
  },
  {
    id: "cluster-counts", type: "symbol", source: "tickets", filter: ["has", "point_count"],
    layout: { "text-field": ["to-string", ["get", "point_count"]], "text-font": FONT, "text-size": 13, "text-allow-overlap": true },
    paint: { "text-color": "#ffffff", "text-halo-color": "#24483d", "text-halo-width": 1 },
  },
  {
    id: "pins", type: "symbol", source: "tickets", filter: ["!", ["has", "point_count"]],
    layout: { "icon-image": ["get", "state"], "icon-allow-overlap": true },
  },
];
