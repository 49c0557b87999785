// A MapLibre map of the city: our own areas and roads, or the tiles that the city has chosen.
import { AttributionControl, Map as MapLibre, NavigationControl, setWorkerUrl } from "../maplibre/maplibre-gl.mjs";

setWorkerUrl(new URL("../maplibre/maplibre-gl-worker.mjs", import.meta.url).href);

export const FONT = ["Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", "Noto Sans CJK JP", "sans-serif"];
const ROAD_COLOURS = ["match", ["get", "owner"], "national", "#f2b8a8", "prefecture", "#f7d99a", "#ffffff"];
const ROAD_EDGES = ["match", ["get", "owner"], "national", "#cf8b78", "prefecture", "#d9b260", "#c6cec8"];
const MAIN_ROADS = ["in", ["get", "owner"], ["literal", ["national", "prefecture"]]];

/**
 * Draws into the element (data-lon, -lat, -zoom, -tiles, -attribution; -city: where our own tiles
 * are, if not at staff's); null without WebGL. `words`: other ones than the Japanese; `shares`: the
 * page is scrolled over it with one finger.
 */
export function drawCity(element, { interactive = true, words = {}, shares = false } = {}) {
  const { lon, lat, zoom, tiles, attribution, city = "/map/city/{z}/{x}/{y}.mvt" } = element.dataset;
  const said = { ...WORDS, ...words };
  try {
    const map = new MapLibre({
      container: element,
      style: tiles ? tileStyle(tiles, attribution) : cityStyle(city),
      center: [Number(lon), Number(lat)],
      zoom: Number(zoom),
      maxZoom: 19,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      attributionControl: false,
      localIdeographFontFamily: FONT.join(","),
      locale: said,
      cooperativeGestures: shares,
      interactive,
    });
    map.touchZoomRotate.disableRotation();
    map.keyboard.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    if (tiles) map.addControl(new AttributionControl({ compact: false }), "bottom-right");
    return map;
  } catch (broken) {
    console.warn("no map", broken);
    const note = Object.assign(document.createElement("p"), { className: "map-broken", textContent: said.broken });
    element.replaceChildren(note);
    return null;
  }
}

const WORDS = {
  broken: "この端末では地図を描けません。一覧をご利用ください。",
  "NavigationControl.ZoomIn": "拡大",
  "NavigationControl.ZoomOut": "縮小",
  "Map.Title": "地図",
  "Popup.Close": "閉じる",
  "AttributionControl.ToggleAttribution": "出典",
};

function tileStyle(tiles, attribution) {
  return {
    version: 8,
    sources: { tiles: { type: "raster", tiles: [tiles], tileSize: 256, maxzoom: 18, attribution } },
    layers: [{ id: "tiles", type: "raster", source: "tiles" }],
  };
}

function cityStyle(city) {
  const of = (kind) => ["==", ["get", "kind"], kind];
  const width = (main, small) => ["interpolate", ["exponential", 1.6], ["zoom"],
    11, ["case", MAIN_ROADS, main * 0.35, small * 0.12],
    14, ["case", MAIN_ROADS, main, small],
    18, ["case", MAIN_ROADS, main * 4.5, small * 5]];
  const from = (layer) => ({ source: "city", "source-layer": layer });
  const line = (id, layer, paint, filter) => ({
    id, type: "line", ...from(layer), ...(filter && { filter }), paint,
    layout: { "line-join": "round", "line-cap": "round" },
  });
  const words = (id, layer, filter, layout, paint) => ({
    id, type: "symbol", ...from(layer), filter,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-padding": 6, ...layout },
    paint: { "text-halo-color": "rgba(255,255,255,0.9)", "text-halo-width": 1.6, ...paint },
  });
  return {
    version: 8,
    sources: { city: { type: "vector", tiles: [`${location.origin}${city}`], maxzoom: 16 } },
    layers: [
      { id: "outside", type: "background", paint: { "background-color": "#e6ebe5" } },
      { id: "city", type: "fill", ...from("areas"), filter: of("city"), paint: { "fill-color": "#f3f5f0" } },
      line("towns", "areas", { "line-color": "#d5dcd6", "line-width": 1 }, of("town")),
      line("districts", "areas", { "line-color": "#aebbb2", "line-width": 1.2, "line-dasharray": [5, 4] }, of("district")),
      line("outline", "areas", { "line-color": "#7f9487", "line-width": 2.5 }, of("city")),
      line("road-edges", "roads", { "line-color": ROAD_EDGES, "line-width": width(7, 3.4) }),
      line("roads", "roads", { "line-color": ROAD_COLOURS, "line-width": width(5.4, 2.2) }),
      words("town-names", "labels", of("town"),
        { "text-size": ["interpolate", ["linear"], ["zoom"], 12, 10, 16, 14] }, { "text-color": "#6a7a70" }),
      words("neighbour-names", "labels", of("neighbour"),
        { "text-size": 13, "text-letter-spacing": 0.15 }, { "text-color": "#93a198", "text-halo-color": "#e6ebe5" }),
      { ...words("road-names", "roads", MAIN_ROADS,
        { "symbol-placement": "line", "text-size": 12, "symbol-spacing": 320 }, { "text-color": "#7b5a14" }), minzoom: 12 },
      { ...words("small-road-names", "roads", ["!", MAIN_ROADS],
        { "symbol-placement": "line", "text-size": 11, "symbol-spacing": 300 }, { "text-color": "#7d8781" }), minzoom: 15.5 },
    ],
  };
}
