// Where there is much: the tickets that the list of the same conditions has, as heat.
import { $ } from "../../kit/dom.js";
import { drawCity } from "../../maps/city_map.js";

const DEEPEST = 18;
const COLOURS = ["interpolate", ["linear"], ["heatmap-density"],
  0, "rgba(46,16,101,0)", 0.15, "rgba(94,60,153,.45)", 0.4, "rgba(196,70,80,.7)", 0.7, "rgba(236,140,50,.85)", 1, "rgba(255,225,90,.95)"];

const map = drawCity($("heat"), { shares: true });
if (!map) showTable($("heat"));
map?.on("load", () => {
  const tiles = [`${location.origin}/map/tickets/{z}/{x}/{y}.mvt?${$("heat").dataset.query}`];
  map.addSource("tickets", { type: "vector", tiles, maxzoom: DEEPEST });
  for (const layer of ["tickets", "clusters"]) {
    map.addLayer({
      id: layer, type: "heatmap", source: "tickets", "source-layer": layer,
      paint: {
        "heatmap-weight": ["sqrt", ["coalesce", ["get", "count"], 1]],
        "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 10, 14, 16, 34],
        "heatmap-color": COLOURS,
        "heatmap-opacity": 0.85,
      },
    }, map.getLayer("town-names") ? "town-names" : undefined);
  }
});

/** Where no map can be drawn: the table of towns, out of the page that has it. */
async function showTable(place) {
  place.classList.add("without-map");
  try {
    const answer = await fetch(place.dataset.table);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const table = page.getElementById("divided-table");
    if (table) place.after(document.adoptNode(table));
  } catch (away) {
    console.warn("no table", away);
  }
}
