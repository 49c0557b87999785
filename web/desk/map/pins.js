// Tickets on the map, from tiles: clusters far away, pins near by, a ring around what is new.
import { Marker, MercatorCoordinate, Popup } from "../../maplibre/maplibre-gl.mjs";
import { FONT } from "../../maps/city_map.js";
import { addPins, rankInTiles, rankOf } from "../../maps/pins.js";
import { cardOf } from "./list.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const MOST_CARDS = 8;
const ROOM = 8;
const DEEPEST = 18;
const EDGE = 1 / 8; // of a tile, within which a pin of the next one is drawn in it, too
const TICKETS = { source: "tickets", "source-layer": "tickets" };
const CLUSTERS = { source: "tickets", "source-layer": "clusters" };

/**
 * Prepares a loaded map. `query`: the filters; `tones`: status to colour family; `open`: the
 * statuses that are; `ticketOf(number)` gives a ticket's facts, in time; `sortFrom(point)` hears of a press where nothing is.
 * Gives `show(query, fresh features, places of notes, places that have changed, or null for all)` for when something has changed, `point(feature or null)`, and `from([lon, lat] or
 * null)` for the mark that the list is sorted from.
 */
export function ticketPins(map, { query, tones, open, ticketOf, sortFrom }) {
  addPins(map);
  let address = addressOf(query);
  map.addSource("tickets", { type: "vector", tiles: [address], maxzoom: DEEPEST });
  for (const ring of ["fresh", "pointed", "noted"]) map.addSource(ring, { type: "geojson", data: NOTHING });
  layers(tones, open).forEach((layer) => map.addLayer(layer));
  for (const layer of ["clusters", "pins"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  map.on("click", "clusters", ({ features: [cluster] }) => openCluster(map, cluster.properties));
  const worst = (one, other) => rankOf(other.properties, open) - rankOf(one.properties, open);
  let cards = null;
  map.on("click", "pins", async ({ features }) => {
    const opened = await openCards(map, features.sort(worst), ticketOf);
    cards = opened ?? cards;
  });
  map.on("click", ({ point, lngLat }) => {
    if (!map.queryRenderedFeatures(point, { layers: ["pins", "clusters"] }).length) sortFrom(lngLat);
  });
  const start = document.createElement("div");
  start.className = "start";
  const mark = new Marker({ element: start });
  const load = () => map.getSource("tickets").setTiles([address]);
  let isOld = false; // what is kept of tiles that are not in view
  map.on("moveend", () => {
    if (isOld) load();
    isOld = false;
  });
  return {
    show(query, fresh, noted, places = null) {
      const isSame = address === addressOf(query);
      if (!isSame) cards?.remove();
      address = addressOf(query);
      if (isSame && places && map.isSourceLoaded("tickets")) {
        isOld ||= places.length > 0;
        if (places.length) map.refreshTiles("tickets", tilesOf(places));
      } else {
        // MapLibre does not ask again for a tile of which it still waits for the first answer
        if (!map.isSourceLoaded("tickets")) map.once("idle", load);
        load();
        isOld = false;
      }
      map.getSource("fresh").setData({ type: "FeatureCollection", features: fresh });
      map.getSource("noted").setData({ type: "MultiPoint", coordinates: noted });
    },
    from: (place) => (place ? mark.setLngLat(place).addTo(map) : mark.remove()),
    point: (feature) => map.getSource("pointed").setData(feature ?? NOTHING),
  };
}

function addressOf(query) {
  return `${location.origin}/map/tickets/{z}/{x}/{y}.mvt?${query}`;
}

/** Every tile, from afar and from near, in which something at these places can be drawn. */
function tilesOf(places) {
  const tiles = new Map();
  for (const { x, y } of places.map((place) => MercatorCoordinate.fromLngLat(place))) {
    for (let z = 0; z <= DEEPEST; z += 1) {
      const [east, south, last] = [x * 2 ** z, y * 2 ** z, 2 ** z - 1];
      for (const column of [east - EDGE, east + EDGE]) {
        for (const row of [south - EDGE, south + EDGE]) {
          const tile = { z, x: Math.min(Math.max(0, Math.floor(column)), last), y: Math.min(Math.max(0, Math.floor(row)), last) };
          tiles.set(`${z}/${tile.x}/${tile.y}`, tile);
        }
      }
    }
  }
  return [...tiles.values()];
}

function openCluster(map, { west, south, east, north }) {
  map.fitBounds([[west, south], [east, north]], { padding: 60, maxZoom: Math.max(17, map.getZoom() + 1) });
}

async function openCards(map, pins, ticketOf) {
  const numbers = [...new Set(pins.map((pin) => pin.properties.number))];
  const tickets = (await Promise.all(numbers.slice(0, MOST_CARDS).map(ticketOf))).filter(Boolean);
  if (!tickets.length) return;
  const box = document.createElement("div");
  box.className = "popup";
  if (numbers.length > 1) box.append(said(`ここに ${numbers.length}件`));
  for (const ticket of tickets) box.append(cardOf(ticket, { picture: numbers.length === 1 }));
  if (numbers.length > MOST_CARDS) box.append(said(`ほか ${numbers.length - MOST_CARDS}件は一覧にあります`));
  const cards = new Popup({ maxWidth: "270px", offset: 14 }).setLngLat(pins[0].geometry.coordinates).setDOMContent(box).addTo(map);
  requestAnimationFrame(() => cards.isOpen() && bringIn(map, cards.getElement().getBoundingClientRect()));
  return cards;
}

/** Moves the map so that all of it is seen, where it fits. */
function bringIn(map, { left, right, top, bottom }) {
  const all = map.getContainer().getBoundingClientRect();
  const past = (low, high, from, to) => Math.min(low - from - ROOM, 0) || Math.max(high - to + ROOM, 0);
  map.panBy([past(left, right, all.left, all.right), past(top, bottom, all.top, all.bottom)]);
}

function said(words) {
  const line = document.createElement("p");
  line.className = "soft";
  line.textContent = words;
  return line;
}

const BAD_INSIDE = ["in", ["get", "worst"], ["literal", ["urgent", "long_overdue"]]];

const layers = (tones, open) => [
  {
    id: "fresh", type: "circle", source: "fresh",
    paint: { "circle-radius": 22, "circle-color": "rgba(20,96,78,0.16)", "circle-stroke-color": "#14604e", "circle-stroke-width": 2 },
  },
  {
    id: "clusters", type: "circle", ...CLUSTERS,
    paint: {
      "circle-radius": ["step", ["get", "count"], 15, 10, 18, 100, 21],
      "circle-color": "#24483d",
      "circle-stroke-color": ["case", BAD_INSIDE, "#b3201b", "#ffffff"],
      "circle-stroke-width": ["case", BAD_INSIDE, 4, 2.5],
    },
  },
  {
    id: "pins", type: "symbol", ...TICKETS,
    layout: {
      "icon-image": ["concat", ["match", ["get", "status"], ...Object.entries(tones).flat(), "new"], "-", ["get", "mark"]],
      "icon-allow-overlap": true, "symbol-sort-key": rankInTiles(open),
    },
  },
  {
    id: "wants", type: "circle", ...TICKETS, filter: ["==", ["get", "wants"], true],
    paint: { "circle-radius": 5, "circle-color": "#16508a", "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5, "circle-translate": [10, -10] },
  },
  {
    id: "noted", type: "circle", source: "noted",
    paint: { "circle-radius": 5, "circle-color": "#fff4d6", "circle-stroke-color": "#a87b00", "circle-stroke-width": 2, "circle-translate": [-10, -10] },
  },
  {
    id: "cluster-counts", type: "symbol", ...CLUSTERS,
    layout: {
      "text-field": ["concat", ["to-string", ["get", "count"]], ["case", ["==", ["get", "worst"], "urgent"], "!", ""]],
      "text-font": FONT, "text-size": 13, "text-allow-overlap": true,
    },
    paint: { "text-color": "#ffffff", "text-halo-color": "#24483d", "text-halo-width": 1 },
  },
  {
    id: "pointed", type: "circle", source: "pointed",
    paint: { "circle-radius": 20, "circle-opacity": 0, "circle-stroke-color": "#d97a00", "circle-stroke-width": 4 },
  },
];
