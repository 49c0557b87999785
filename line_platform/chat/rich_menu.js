// The menu under the talk: its picture, its areas as real buttons, and the bar that folds it.

import { play } from "./actions.js";
import { $, el } from "./dom.js";
import { richMenu } from "./platform.js";

const PHONE = matchMedia("(max-width: 760px)");
const TAPPED = 100; // ms until a tap has done its work: nothing may move under the finger before

let userId = null;
let menu = null;
let unfolded = false; // as the menu wants it at first, then as the person does
let asked = false; // opened by hand although the room was needed
let pressed = false;

/** Show the menu that this person sees now; a menu that is new to the page begins as it wants to. */
export async function showMenu(person) {
  userId = person;
  const found = await richMenu(person);
  if (person !== userId) return;
  const known = found?.richMenuId === menu?.richMenuId;
  menu = found;
  if (!known) draw();
  settle();
}

function draw() {
  unfolded = Boolean(menu?.selected);
  $("rich-menu").hidden = !menu;
  if (!menu) return;
  $("rich-bar-text").textContent = menu.chatBarText;
  const { width, height } = menu.size;
  $("rich-areas").style.aspectRatio = `${width} / ${height}`;
  $("rich-areas").replaceChildren(el("img", { src: menu.picture, alt: "" }), ...menu.areas.map(({ bounds, action }) => area(bounds, action, menu.size)));
}

function area({ x, y, width, height }, action, whole) {
  const share = (part, of) => `${(100 * part) / of}%`;
  return el("button", {
    type: "button", class: "rich-area", "aria-label": action.label ?? action.type, onclick: () => play(userId, action),
    style: { left: share(x, whole.width), top: share(y, whole.height), width: share(width, whole.width), height: share(height, whole.height) },
  });
}

/** On a phone the keys, the tray and the quick replies need the room more than the picture does. */
const roomIsNeeded = () => PHONE.matches && (document.activeElement === $("words") || !$("chips").hidden || !$("tray").hidden);

function settle() {
  const shown = unfolded && (asked || !roomIsNeeded());
  $("rich-areas").hidden = !shown;
  $("rich-bar").setAttribute("aria-expanded", String(shown));
}

function fold() {
  unfolded = asked = $("rich-areas").hidden;
  if (unfolded) $("words").blur();
  settle();
}

function needAgain() {
  asked = false;
  if (!pressed) settle();
}

/** Wire the bar, and all that needs its room from time to time. */
export function startMenu() {
  $("rich-bar").addEventListener("mousedown", (event) => event.preventDefault());
  $("rich-bar").addEventListener("click", fold);
  $("words").addEventListener("focus", needAgain);
  $("words").addEventListener("blur", () => setTimeout(() => pressed || settle(), TAPPED));
  addEventListener("pointerdown", () => (pressed = true), true);
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => ((pressed = false), setTimeout(settle, TAPPED)), true);
  const watch = new MutationObserver(needAgain);
  for (const id of ["chips", "tray"]) watch.observe($(id), { attributeFilter: ["hidden"] });
  PHONE.addEventListener("change", settle);
}
