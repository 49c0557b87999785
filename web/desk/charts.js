// The charts of a page, drawn where it says what they are; without them its tables say the same.
import { expressionInterpreter } from "../vega/interpreter.js";

const { vega, vegaLite } = globalThis;
const paper = matchMedia("print");
const views = [];

for (const place of document.querySelectorAll("[data-chart]")) draw(place);
addEventListener("beforeprint", fit);
paper.addEventListener("change", fit);

async function draw(place) {
  place.hidden = false;
  try {
    const { spec } = vegaLite.compile(JSON.parse(place.dataset.chart));
    // our pages may not make functions of text, so an interpreter reads what vega would compile
    const view = new vega.View(vega.parse(spec, null, { ast: true }), { expr: expressionInterpreter, renderer: "svg", container: place, hover: true });
    views.push(view);
    await view.runAsync();
  } catch (broken) {
    console.warn("no chart", broken);
    place.hidden = true;
  }
}

/** To the width that paper gives, which no window tells of. */
function fit() {
  for (const view of views) {
    const { width } = view.container().getBoundingClientRect();
    if (width) view.signal("width", width).run();
  }
}
