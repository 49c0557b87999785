// Rectangles over a photo: drawn, moved and sized by mouse, finger or keys, and kept as a list.
import { $, made } from "../../kit/dom.js";
import { AXES, WHOLE, boxOf, moved, placed, resized, words } from "./boxes.js";

const stage = $("stage");
const layer = $("layer");
const list = $("list");
const form = $("form");
const can = stage.dataset.can === "yes";
const GRIPS = ["nw", "ne", "sw", "se"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP = 100; // a hundredth of a side
const LEAST_DRAWN = 100;

let boxes = read("patches").map((box) => ({ box, maybe: false }));
const drawn = read("drawn").map((box) => ({ box, maybe: true }));
let chosen = null;
let drag = null;
let isChanged = false;
boxes.push(...drawn);

layer.addEventListener("pointerdown", start);
layer.addEventListener("pointermove", go);
layer.addEventListener("pointerup", end);
layer.addEventListener("pointercancel", end);
layer.addEventListener("keydown", press);
$("add")?.addEventListener("click", () => add([3500, 3500, 3000, 3000], true));
$("solid")?.addEventListener("change", ({ target }) => stage.classList.toggle("solid", target.checked));
$("take-all").addEventListener("click", takeAll);
form.addEventListener("submit", () => (isChanged = false));
addEventListener("beforeunload", (event) => isChanged && event.preventDefault());
draw();
if (stage.dataset.faces) suggest();

function read(id) {
  return JSON.parse($(id).textContent);
}

function kept() {
  return boxes.filter(({ maybe }) => !maybe);
}

function add(box, focus) {
  if (kept().length >= Number(stage.dataset.most)) return tell(`隠す範囲は${stage.dataset.most}か所までです。`);
  const one = { box, maybe: false };
  boxes = [...kept(), one, ...boxes.filter(({ maybe }) => maybe)];
  choose(one);
  changed(`範囲${kept().length}を加えました。`);
  if (focus) one.element.focus();
  return one;
}

function remove(one) {
  const at = boxes.indexOf(one);
  boxes = boxes.filter((other) => other !== one);
  if (chosen === one) chosen = null;
  changed(one.maybe ? "候補を外しました。" : "範囲を消しました。");
  (boxes[Math.min(at, boxes.length - 1)]?.element ?? $("add"))?.focus();
}

function take(one) {
  one.maybe = false;
  boxes = [...kept().filter((other) => other !== one), one, ...boxes.filter(({ maybe }) => maybe)];
  choose(one);
  changed("範囲に加えました。");
  one.element.focus();
}

function takeAll() {
  for (const one of boxes) one.maybe = false;
  changed(`範囲は${boxes.length}か所です。`);
  list.querySelector("button")?.focus();
}

function choose(one) {
  chosen = one;
  for (const other of boxes) for (const part of [other.element, other.item]) part?.classList.toggle("chosen", other === one);
}

function changed(said) {
  isChanged = true;
  draw();
  tell(said);
}

function tell(said) {
  $("told").textContent = said;
}

/* Drawing: each box keeps its elements, so that what has the focus keeps it. */

function draw() {
  let number = 0;
  for (const one of boxes) {
    one.name = one.maybe ? "候補" : `範囲${(number += 1)}`;
    one.element ??= patch(one);
    one.item = entry(one);
    place(one);
  }
  put(layer, boxes.map(({ element }) => element));
  put(list, boxes.map(({ item }) => item));
  choose(chosen);
  $("none").hidden = boxes.length > 0;
  $("count").textContent = number ? `${number}か所` : "";
  $("take-all").hidden = !can || boxes.filter(({ maybe }) => maybe).length < 2;
  $("typed").value = JSON.stringify(kept().map(({ box }) => box));
}

/** Only where it is otherwise: what is put in anew loses the focus. */
function put(parent, parts) {
  const there = [...parent.children];
  if (there.length !== parts.length || parts.some((part, at) => part !== there[at])) parent.replaceChildren(...parts);
}

function patch(one) {
  const element = made("div", "patch");
  element.append(made("span", "name"));
  element.setAttribute("role", "group");
  if (can) {
    element.tabIndex = 0;
    for (const grip of GRIPS) element.append(Object.assign(made("span", `grip ${grip}`), { ariaHidden: "true" }));
  }
  element.addEventListener("focus", () => choose(one));
  return element;
}

function place(one) {
  const { element, item, box } = one;
  placed(element.style, box);
  element.classList.toggle("maybe", one.maybe);
  element.querySelector(".name").textContent = one.name;
  element.setAttribute("aria-label", `${one.name}: ${words(box)}`);
  item.querySelector(".where").textContent = words(box);
  for (const pressed of item.querySelectorAll("button")) pressed.ariaLabel = `${title(one)}を${pressed.textContent}`;
  item.querySelectorAll("input").forEach((input, at) => document.activeElement === input || (input.value = Math.round(box[at] / STEP)));
}

function entry(one) {
  if (one.item && one.item.classList.contains("maybe") === one.maybe) {
    one.item.querySelector("b").textContent = title(one);
    return one.item;
  }
  const item = made("li", one.maybe ? "maybe" : "");
  const text = made("span");
  text.append(made("b", "", title(one)), made("span", "where"));
  item.append(text);
  if (!can) return item;
  const first = one.maybe ? button("使う", () => take(one), one) : button("選ぶ", () => one.element.focus(), one);
  item.append(first, button(one.maybe ? "外す" : "消す", () => remove(one), one));
  if (!one.maybe) item.append(numbers(one));
  return item;
}

function title({ maybe, name, isFace }) {
  const from = isFace ? "顔かもしれない範囲" : "あなたが描いた範囲";
  return maybe ? from : name;
}

function button(name, act) {
  const made_ = Object.assign(made("button", "", name), { type: "button" });
  made_.addEventListener("click", act);
  return made_;
}

function numbers(one) {
  const details = made("details");
  const fields = made("div", "numbers");
  AXES.forEach((name, at) => {
    const label = made("label", "", name);
    const input = Object.assign(made("input"), { type: "number", min: at > 1 ? 1 : 0, max: 100, step: 1, inputMode: "numeric" });
    input.addEventListener("change", () => {
      one.box = boxOf(one.box.map((side, place) => (place === at ? Number(input.value) * STEP : side)));
      input.value = Math.round(one.box[at] / STEP);
      changed(words(one.box));
    });
    label.append(input);
    fields.append(label);
  });
  details.append(made("summary", "", "数で直す(%)"), fields);
  return details;
}

/* Mouse and finger. */

function at({ clientX, clientY }) {
  const { left, top, width, height } = layer.getBoundingClientRect();
  return [((clientX - left) / width) * WHOLE, ((clientY - top) / height) * WHOLE];
}

function start(event) {
  if (!can || event.button !== 0 || drag) return;
  const one = boxes.find(({ element }) => element.contains(event.target));
  event.preventDefault();
  if (one?.maybe) return take(one);
  const grip = GRIPS.find((name) => event.target.classList.contains(name));
  drag = { one, grip, from: at(event), before: one?.box, id: event.pointerId };
  layer.setPointerCapture(event.pointerId);
  if (one) one.element.focus({ preventScroll: true });
}

function go(event) {
  if (drag?.id !== event.pointerId) return;
  const to = at(event);
  const by = to.map((end, axis) => end - drag.from[axis]);
  if (!drag.before) {
    if (!drag.one && Math.max(...by.map(Math.abs)) < LEAST_DRAWN) return;
    drag.one ??= add([...drag.from, 1, 1], false);
    if (!drag.one) return void (drag = null);
    drag.one.box = boxOf([...drag.from, ...by]);
  } else drag.one.box = drag.grip ? resized(drag.before, by, drag.grip) : moved(drag.before, by);
  drag.moved = true;
  place(drag.one);
}

function end(event) {
  if (drag?.id !== event.pointerId) return;
  const { one, moved: was } = drag;
  drag = null;
  if (!one) return choose(null);
  if (was) changed(`${one.name}: ${words(one.box)}`);
  one.element.focus({ preventScroll: true });
}

/* Keys. */

function press(event) {
  const one = boxes.find(({ element }) => element === event.target);
  if (!can || !one || event.ctrlKey || event.metaKey || event.altKey) return;
  const by = ARROWS[event.key]?.map((step) => step * STEP);
  if (event.key === "Delete" || event.key === "Backspace") remove(one);
  else if (one.maybe && (event.key === "Enter" || event.key === " ")) take(one);
  else if (by && !one.maybe) {
    one.box = event.shiftKey ? resized(one.box, by, "se") : moved(one.box, by);
    place(one);
    changed(words(one.box));
    one.element.focus();
  } else return;
  event.preventDefault();
}

/* Faces, as a network sees them: only ever suggested. */

async function suggest() {
  const told = $("faces-told");
  told.textContent = "顔を探しています…";
  try {
    const { faces, failed } = await (await fetch(stage.dataset.faces)).json();
    if (failed) return void (told.textContent = "顔を探せませんでした。自分で確かめてください。");
    const found = faces.filter((face) => !boxes.some(({ box }) => isCovered(face, box)));
    boxes.push(...found.map((box) => ({ box, maybe: true, isFace: true })));
    draw();
    told.textContent = found.length ? `顔かもしれない所が${found.length}か所あります(破線)。使う範囲を選んでください。見落としもあります。` : "ほかに顔は見つかりませんでした。見落としもあります。";
  } catch {
    told.textContent = "顔を探せませんでした。自分で確かめてください。";
  }
}

function isCovered([left, top, wide, high], [west, north, width, height]) {
  const isAcross = left >= west - STEP && left + wide <= west + width + STEP;
  return isAcross && top >= north - STEP && top + high <= north + height + STEP;
}
