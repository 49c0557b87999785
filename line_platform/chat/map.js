// The picture of the map: polygons and roads of map.geojson in quiet colours, with their names.

const NAME = ["coalesce", ["get", "name"], ["get", "name_ja"], ["get", "title"], ""];
const FONT = "'Noto Sans CJK JP', 'Hiragino Sans', 'Yu Gothic UI', Meiryo, sans-serif";
const LETTERS = { "text-field": NAME, "text-font": ["Noto Sans CJK JP"], "text-max-width": 9 };
const ROUND = { "line-cap": "round", "line-join": "round" };
const HALO = { "text-halo-color": "#ffffff", "text-halo-width": 1.8 };

const shape = (kind) => ["==", ["geometry-type"], kind];
const kind = (...kinds) => ["in", ["get", "kind"], ["literal", kinds]];
const all = (...tests) => ["all", ...tests];
const named = (...tests) => all(...tests, ["!=", NAME, ""]);
const BIG = ["in", ["get", "owner"], ["literal", ["prefecture", "national", "都", "国"]]];
const byZoom = (far, near) => ["interpolate", ["exponential", 1.5], ["zoom"], 12, far, 18, near];
const road = (far, near) => ["interpolate", ["exponential", 1.5], ["zoom"], 12, ["case", BIG, far * 2, far], 18, ["case", BIG, near * 1.7, near]];

const LAYERS = [
  { id: "land", type: "background", paint: { "background-color": "#f4f2ec" } },
  { id: "areas", type: "fill", filter: shape("Polygon"), paint: { "fill-opacity": 0 } },
  { id: "outside", type: "fill", filter: all(shape("Polygon"), kind("neighbour")), paint: { "fill-color": "#dfe1e0" } },
  { id: "edges", type: "line", filter: all(shape("Polygon"), ["!", kind("district", "neighbour", "city")]),
    paint: { "line-color": "#a9bcae", "line-width": 1, "line-dasharray": [4, 3] } },
  { id: "city-edge", type: "line", filter: all(shape("Polygon"), kind("city")), paint: { "line-color": "#7d9b8c", "line-width": 2.5 } },
  { id: "roads-edge", type: "line", filter: shape("LineString"), layout: ROUND, paint: { "line-color": "#c5bdae", "line-width": road(1.8, 18) } },
  { id: "roads", type: "line", filter: shape("LineString"), layout: ROUND,
    paint: { "line-color": ["case", BIG, "#f9dc94", ["==", ["get", "owner"], "other"], "#efe9f3", "#ffffff"], "line-width": road(1.1, 15) } },
  { id: "points", type: "circle", filter: shape("Point"), paint: { "circle-radius": 3, "circle-color": "#6c7a74" } },
  { id: "road-names", type: "symbol", filter: named(shape("LineString")), paint: { "text-color": "#5d4a26", ...HALO },
    layout: { ...LETTERS, "text-size": byZoom(11, 15), "symbol-placement": "line", "symbol-sort-key": ["case", BIG, 0, 1], "symbol-spacing": 320 } },
  { id: "area-names", type: "symbol", filter: named(shape("Polygon"), ["!", kind("district", "city")]), paint: { "text-color": "#40604f", ...HALO },
    layout: { ...LETTERS, "text-size": byZoom(11, 16) } },
  { id: "point-names", type: "symbol", filter: named(shape("Point")), paint: { "text-color": "#39423e", ...HALO },
    layout: { ...LETTERS, "text-size": 12, "text-offset": [0, 1] } },
];

/** A map with a pin in the element. Throws where the browser or the platform has no map. */
export async function paintedMap(container, centre) {
  const lib = await library();
  const style = {
    version: 8,
    sources: { city: { type: "geojson", data: await city() } },
    layers: LAYERS.map((layer) => (layer.type === "background" ? layer : { ...layer, source: "city" })),
  };
  const map = new lib.Map({
    container, style, center: centre, zoom: 14, minZoom: 11, maxZoom: 19, keyboard: false, dragRotate: false,
    pitchWithRotate: false, attributionControl: false, localIdeographFontFamily: FONT,
    locale: { "NavigationControl.ZoomIn": "拡大", "NavigationControl.ZoomOut": "縮小", "Map.Title": "地図", "Marker.Title": "ピン" },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new lib.NavigationControl({ showCompass: false }), "top-right");
  const pin = new lib.Marker({ draggable: true, color: "#cf3f2a" }).setLngLat(centre).addTo(map);
  return { map, pin };
}

let loading = null;

function library() {
  loading ??= import("./maplibre/maplibre-gl.mjs").then(styled);
  loading.catch(() => (loading = null));
  return loading;
}

function styled(lib) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "maplibre/maplibre-gl.css" });
  return new Promise((done) => {
    link.onload = link.onerror = () => done(lib);
    document.head.prepend(link);
  });
}

async function city() {
  const answer = await fetch("map.geojson");
  return answer.ok ? answer.json() : { type: "FeatureCollection", features: [] };
}

/** City and town under this spot, as an address begins; "" where the map knows neither. */
export function placeName(map, spot) {
  if (!map.getLayer("areas")) return "";
  const here = map.queryRenderedFeatures(map.project(spot), { layers: ["areas"] }).map((one) => one.properties);
  const pick = (wanted) => here.find((one) => one.kind === wanted)?.name ?? "";
  const known = `${pick("city")}${pick("town")}` || pick("neighbour");
  return known || here.find((one) => one.name)?.name || "";
}
