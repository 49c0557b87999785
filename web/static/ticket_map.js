// The small map of a ticket's page: the city with one pin.
import { Marker } from "./maplibre/maplibre-gl.mjs";
import { drawCity } from "./city_map.js";

const element = document.getElementById("place");
const map = element && drawCity(element);
if (map) {
  map.scrollZoom.disable();
  new Marker({ color: "#b3201b" }).setLngLat([Number(element.dataset.lon), Number(element.dataset.lat)]).addTo(map);
}
