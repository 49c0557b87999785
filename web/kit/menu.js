// The menu of the desk: back to the list as it was left, what waits behind its entries, the lists that were kept.
import { $, made } from "./dom.js";
import { byItself } from "./by_itself.js";
import { kept } from "./storage.js";

const WAITS = { "/staff/authorities": "連絡待ち", "/staff/calls": "折り返し待ち", "/staff/orders": "確認待ち", "/staff/keys": "期限が近い・停止中", "/staff/discard": "廃棄できるもの", "/staff/webhooks": "届かない" };
const OLD_MS = 60_000;
const rooms = $("rooms");
const button = $("menu-button");
const views = $("kept-menu");
const menus = document.querySelectorAll(".kept-menu"); // each a details with its list
let asked = 0;

const list = kept("michi-list");
if (list && location.pathname !== "/staff/") {
  for (const link of document.querySelectorAll('.rooms > a[href="/staff/"], .back a[href="/staff/"], .to-list a')) link.href = `/staff/${list}`;
}
button.addEventListener("click", () => open(button.getAttribute("aria-expanded") !== "true"));
for (const [place, shut, opener] of [[button.parentElement, () => open(false), button], ...[...menus].map((menu) => [menu, () => (menu.open = false), menu.querySelector("summary")])]) {
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !isOpen(place)) return;
    event.preventDefault();
    shut();
    opener.focus();
  });
  document.addEventListener("pointerdown", ({ target }) => place.contains(target) || shut());
}
for (const menu of menus) menu.addEventListener("focusout", ({ relatedTarget: next }) => next && !menu.contains(next) && (menu.open = false)); // it would cover what has the focus
document.addEventListener("visibilitychange", () => document.hidden || Date.now() - asked < OLD_MS || askMenu());
if (location.pathname !== "/staff/") askMenu(); // the list asks with its own counts

/** Asks what waits, and says it in the menu; gives the lists that were kept, or null where there is no answer. */
export async function askMenu() {
  asked = Date.now();
  try {
    const answer = await fetch("/staff/menu.json", { cache: "no-cache", headers: byItself() });
    if (!answer.ok) return null;
    const told = await answer.json();
    sayBadges(told);
    sayViews(told);
    return told;
  } catch {
    return null; // what is lost is said by the page
  }
}

/** Of more than `most`, there are only said to be more. */
export const howMany = (many, most) => (many > most ? `${most.toLocaleString("ja-JP")}+` : many.toLocaleString("ja-JP"));

function sayBadges({ badges, most }) {
  const settings = rooms.querySelector("#settings-menu summary");
  settings?.querySelector(".badge")?.remove();
  let within = 0;
  for (const [address, many] of Object.entries(badges)) {
    const link = rooms.querySelector(`:is(:scope > a, #settings-menu a)[href="${address}"]`);
    link?.querySelector(".badge")?.remove();
    if (!link || !many) continue;
    link.append(" ", badge(many, most, WAITS[address]));
    if (link.closest("#settings-menu")) within += many;
  }
  if (within) settings.append(" ", badge(within, most, "待っているもの"));
  const all = Object.values(badges).reduce((sum, many) => sum + many, 0);
  const sum = button.querySelector(".badge");
  sum.hidden = !all;
  sum.replaceChildren(...badge(all, most, "待っているもの").childNodes);
}

function badge(many, most, words) {
  const mark = made("span", "badge");
  mark.append(made("span", "unseen", words), howMany(many, most));
  return mark;
}

function sayViews({ views: known, most }) {
  if (location.pathname === "/staff/") return; // there they stand above the list
  views.hidden = !known.length;
  views.querySelector("ul").replaceChildren(...known.map((view) => {
    const item = made("li");
    const link = made("a", "", view.name);
    link.href = `/staff/?${view.query}`;
    if (view.many !== null) link.append(" ", badge(view.many, most, "受付票"));
    item.append(link);
    return item;
  }));
}

const isOpen = (place) => (place.localName === "details" ? place.open : button.getAttribute("aria-expanded") === "true");

function open(isOpened) {
  button.setAttribute("aria-expanded", String(isOpened));
  rooms.classList.toggle("open", isOpened);
}
