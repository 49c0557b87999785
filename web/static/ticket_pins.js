// Tickets on the map: clusters far away, pins near by, a ring around what is pointed at or new.
import { Popup } from "./maplibre/maplibre-gl.mjs";
import { FONT } from "./city_map.js";
import { addPins, shapeOf } from "./pins.js";
import { cardOf } from "./ticket_list.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const IS_CLUSTER = ["has", "point_count"];
const URGENT_INSIDE = [">", ["get", "urgents"], 0];

/** Prepares a loaded map; gives `show(features, fresh)` and `point(feature or null)`. */
export function ticketPins(map) {
  addPins(map);
  map.addSource("tickets", {
    type: "geojson", data: NOTHING, cluster: true, clusterRadius: 36, clusterMinPoints: 3, clusterMaxZoom: 16,
    clusterProperties: { urgents: ["+", ["case", ["get", "urgent"], 1, 0]] },
  });
  map.addSource("pointed", { type: "geojson", data: NOTHING });
  LAYERS.forEach((layer) => map.addLayer(layer));
  for (const layer of ["clusters", "pins"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  map.on("click", "clusters", (event) => openCluster(map, event.features[0]));
  map.on("click", "pins", (event) => openCard(map, event.features[0]));
  return {
    show: (features, fresh) => map.getSource("tickets").setData(pinned(features, fresh)),
    point: (feature) => map.getSource("pointed").setData(feature ?? NOTHING),
  };
}

function pinned(features, fresh) {
  const withPin = ({ properties, ...rest }) => ({
    ...rest,
    properties: { ...properties, pin: `${properties.tone}-${shapeOf(properties)}`, fresh: fresh.has(properties.number) },
  });
  return { type: "FeatureCollection", features: features.map(withPin) };
}

async function openCluster(map, cluster) {
  const zoom = await map.getSource("tickets").getClusterExpansionZoom(cluster.properties.cluster_id);
  map.easeTo({ center: cluster.geometry.coordinates, zoom: zoom + 0.3 });
}

function openCard(map, pin) {
  const box = document.createElement("div");
  box.className = "popup";
  box.append(cardOf(pin.properties));
  new Popup({ maxWidth: "270px", offset: 14 }).setLngLat(pin.geometry.coordinates).setDOMContent(box).addTo(map);
}

const LAYERS = [
  {
    id: "fresh", type: "circle", source: "tickets", filter: ["all", ["!", IS_CLUSTER], ["get", "fresh"]],
    paint: { "circle-radius": 22, "circle-color": "rgba(20,96,78,0.16)", "circle-stroke-color": "#14604e", "circle-stroke-width": 2 },
  },
  {
    id: "clusters", type: "circle", source: "tickets", filter: IS_CLUSTER,
    paint: {
      "circle-radius": ["step", ["get", "point_count"], 16, 10, 20, 50, 26],
      "circle-color": "#24483d",
      "circle-stroke-color": ["case", URGENT_INSIDE, "#b3201b", "#ffffff"],
      "circle-stroke-width": ["case", URGENT_INSIDE, 4, 2.5],
    },
  },
  {
    id: "cluster-counts", type: "symbol", source: "tickets", filter: IS_CLUSTER,
    layout: {
      "text-field": ["concat", ["to-string", ["get", "point_count"]], ["case", URGENT_INSIDE, "!", ""]],
      "text-font": FONT, "text-size": 14, "text-allow-overlap": true,
    },
    paint: { "text-color": "#ffffff" },
  },
  {
    id: "pins", type: "symbol", source: "tickets", filter: ["!", IS_CLUSTER],
    layout: {
      "icon-image": ["get", "pin"], "icon-allow-overlap": true,
      "symbol-sort-key": ["case", ["get", "urgent"], 3, ["get", "overdue"], 2, ["get", "nobody"], 1, 0],
    },
  },
  {
    id: "pointed", type: "circle", source: "pointed",
    paint: { "circle-radius": 20, "circle-opacity": 0, "circle-stroke-color": "#d97a00", "circle-stroke-width": 4 },
  },
];
