// The small map on which the place of a find is put right.
import { Marker } from "../../maplibre/maplibre-gl.mjs";
import { drawCity } from "../../maps/city_map.js";

/** The map with its pin: `put(point)` sets it, `chosen(listen)` tells of every tap. */
export function show(element) {
  const map = drawCity(element);
  if (!map) return null;
  const marker = new Marker({ color: "#b3201b" });
  map.getCanvas().style.cursor = "crosshair";
  return {
    put(at) {
      marker.setLngLat(at).addTo(map);
      map.jumpTo({ center: at, zoom: Math.max(map.getZoom(), 17) });
    },
    chosen(listen) {
      map.on("click", ({ lngLat }) => listen(lngLat));
      map.getCanvas().addEventListener("keydown", (event) => event.key === "Enter" && listen(map.getCenter()));
    },
  };
}
