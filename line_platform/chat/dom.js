// The few words for building a page by hand that every other module uses.

export const $ = (id) => document.getElementById(id);

/** Make an element. `props` may hold attributes, `on*` functions, `dataset`, `style` and `class`. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "class") node.className = value;
  else if (name === "dataset" || name === "style") Object.assign(node[name], value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : value);
}

/** One of the line drawings in icons.svg, silent for screen readers. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `icons.svg#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** LINE wants https everywhere; a server on this machine speaks plain http, so ask it that way. */
export const reachable = (url) => (url ?? "").replace(/^https:(?=\/\/(127\.0\.0\.1|localhost)[:/])/, "http:");

const PICTOGRAPH = /\p{Extended_Pictographic}[\uFE0F\u200D\p{Emoji_Modifier}\p{Extended_Pictographic}]* ?/gu;
const NOBODYS = "\u{10FFFD}"; // a letter without a shape: what stands in for all that no font here has
const pad = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const shapes = new Map();

function shape(letter) {
  if (shapes.has(letter)) return shapes.get(letter);
  Object.assign(pad.canvas, { width: 32, height: 32 });
  pad.font = `20px ${getComputedStyle(document.body).fontFamily}`;
  pad.fillText(letter, 4, 24);
  shapes.set(letter, pad.getImageData(0, 0, 32, 32).data.join());
  return shapes.get(letter);
}

/** The words without pictographs that no font of this machine has: LINE brings its own, here boxes would stand. */
export function legible(words) {
  return words.replace(PICTOGRAPH, (drawn) => (shape([...drawn][0]) === shape(NOBODYS) ? "" : drawn));
}

let fading = 0;

/** Say something short that went wrong or right, above the talk and to screen readers. */
export function notice(words) {
  const box = $("notice");
  (document.querySelector("dialog[open]") ?? document.body).append(box);
  box.textContent = words;
  box.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => box.classList.remove("shown"), 5000);
}

/** A modal sheet with a title and a close button; it is gone from the page once closed. */
export function sheet(title, kind, ...content) {
  const close = el("button", { type: "button", class: "round", "aria-label": "閉じる" }, icon("close"));
  const head = el("header", { class: "sheet-head" }, el("h2", {}, title), close);
  const dialog = el("dialog", { class: `sheet ${kind}`, "aria-label": title }, head, ...content);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    document.body.append($("notice"));
    dialog.remove();
    if (document.activeElement === document.body) $("log-frame").focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
