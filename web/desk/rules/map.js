// The tickets that a draft would move, as points in the colour of their new department.
import { LngLatBounds } from "../../maplibre/maplibre-gl.mjs";
import { FONT, drawCity } from "../../maps/city_map.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const COLOURS = 8;
const MANY = 300;
const CROWDED = ["get", "crowded"];

/** Draws the city; gives `show(moves)`, or null where no map can be. `choose` hears of clicks. */
export function drawMoves(element, choose) {
  const map = drawCity(element);
  if (!map) return null;
  const loaded = new Promise((done) => map.on("load", done)).then(() => prepare(map, choose));
  return {
    show: async (moves) => {
      await loaded;
      map.getSource("moves").setData({ type: "FeatureCollection", features: moves.map((move) => featureOf(move, moves.length > MANY)) });
      fit(map, moves);
      await map.once("idle");
      element.dataset.points = moves.length;
    },
  };
}

function prepare(map, choose) {
  map.addSource("moves", { type: "geojson", data: NOTHING });
  map.addLayer({
    id: "moves", type: "circle", source: "moves",
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 12, ["case", CROWDED, 3, 7], 16, ["case", CROWDED, 8, 11]],
      "circle-color": ["match", ["get", "colour"], ...colours(), "#555555"],
      "circle-stroke-color": "#ffffff", "circle-stroke-width": ["case", CROWDED, 0.8, 2],
    },
  });
  map.addLayer({
    id: "letters", type: "symbol", source: "moves", filter: ["!", CROWDED],
    layout: { "text-field": ["get", "letter"], "text-font": FONT, "text-size": 11, "text-allow-overlap": true },
    paint: { "text-color": "#ffffff" },
  });
  map.on("click", "moves", ({ features }) => choose(features[0].properties.number));
  map.on("mouseenter", "moves", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "moves", () => (map.getCanvas().style.cursor = ""));
}

function featureOf({ number, lon, lat, letter, colour }, crowded) {
  const geometry = { type: "Point", coordinates: [lon, lat] };
  return { type: "Feature", geometry, properties: { number, letter, colour: colour % COLOURS, crowded } };
}

function fit(map, moves) {
  const bounds = new LngLatBounds();
  moves.forEach(({ lon, lat }) => bounds.extend([lon, lat]));
  map.fitBounds(bounds, { padding: 48, maxZoom: 16, animate: false });
}

/** Pairs of number and colour, as the style sheet names them. */
function colours() {
  const probe = document.body.appendChild(document.createElement("i"));
  const pairs = Array.from({ length: COLOURS }, (_, at) => {
    probe.className = `goal-${at}`;
    return [at, getComputedStyle(probe).getPropertyValue("--goal").trim()];
  });
  probe.remove();
  return pairs.flat();
}
