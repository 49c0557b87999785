// Photos as large as the window, one or two beside each other; each is zoomed, turned and moved alone.
import { $ } from "../../kit/dom.js";
import { Pane } from "./pane.js";

const viewer = $("viewer");
const title = $("viewer-title");
const strip = viewer.querySelector(".viewer-strip");
const zoomed = viewer.querySelector(".viewer-zoom");
const compare = viewer.querySelector("[data-act=compare]");
const panes = [...viewer.querySelectorAll(".viewer-pane")].map((element) => new Pane(element, told));
let photos = [];
let active = panes[0];

const ACTS = {
  before: () => step(-1),
  next: () => step(1),
  smaller: () => active.zoomBy(1 / 1.5),
  larger: () => active.zoomBy(1.5),
  whole: () => active.reset(),
  turn: () => active.turn(),
  compare: () => besides(panes[1].element.hidden),
  close: () => viewer.close(),
};
const KEYS = { "+": "larger", ";": "larger", "=": "larger", "-": "smaller", 0: "whole", r: "turn", c: "compare" };
const MOVES = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-enlarge]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
viewer.addEventListener("click", ({ target }) => ACTS[target.closest("[data-act]")?.dataset.act]?.());
viewer.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const move = MOVES[event.key];
  if (move && active.isZoomed) active.moveBy(...move);
  else if (event.key === "ArrowLeft") step(-1);
  else if (event.key === "ArrowRight") step(1);
  else if (KEYS[event.key]) ACTS[KEYS[event.key]]();
  else return;
  event.preventDefault();
});
for (const pane of panes) for (const on of ["focusin", "pointerdown"]) pane.element.addEventListener(on, () => choose(pane));
addEventListener("resize", () => viewer.open && panes.forEach((pane) => pane.draw()));

function open(link) {
  photos = gathered();
  const at = photos.findIndex(({ href }) => href === link.href);
  strip.replaceChildren(...photos.map(thumbnail));
  viewer.showModal();
  choose(panes[0]);
  const beside = "compare" in link.dataset && photos.length > 1;
  besides(false);
  panes[0].show(photos, beside ? 0 : at);
  if (beside) besides(true, at);
}

/** Every photo of the page once, as its links have them. */
function gathered() {
  const found = new Map();
  for (const link of document.querySelectorAll("a[data-enlarge]")) {
    const name = link.querySelector("img")?.alt ?? "";
    if (!found.has(link.href)) found.set(link.href, { href: link.href, name, small: link.href.replace(/large$/, "small") });
  }
  return [...found.values()];
}

/** A second pane with the last photo of the repair, the photo `at`, or the one that follows. */
function besides(on, at = -1) {
  panes[1].element.hidden = !on;
  compare.setAttribute("aria-pressed", String(on));
  viewer.classList.toggle("two", on);
  if (on) {
    const repair = photos.findLastIndex(({ name }) => name.startsWith("作業の写真"));
    const others = [at, repair, (panes[0].at + 1) % photos.length].filter((one) => one >= 0);
    panes[1].show(photos, others.find((one) => one !== panes[0].at) ?? others[0]);
  }
  panes[0].draw();
  choose(on ? panes[1] : panes[0]);
}

function step(by) {
  active.show(photos, (active.at + by + photos.length) % photos.length);
}

function choose(pane) {
  active = pane;
  for (const one of panes) one.element.classList.toggle("active", one === pane);
  told();
}

function told() {
  if (!photos.length || active.at < 0) return;
  title.textContent = `${active.at + 1} / ${photos.length} ${photos[active.at].name}`;
  zoomed.textContent = `${Math.round(active.scale * 100)}%`;
  for (const [at, button] of [...strip.querySelectorAll("button")].entries()) {
    const isShown = panes.some((pane) => !pane.element.hidden && pane.at === at);
    button.setAttribute("aria-current", String(isShown));
  }
}

function thumbnail({ name, small }, at) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button" });
  const image = Object.assign(document.createElement("img"), { src: small, alt: name, loading: "lazy" });
  button.append(image);
  button.addEventListener("click", () => active.show(photos, at));
  item.append(button);
  return item;
}
