// The views that are kept under a name: which of them this is, how many tickets are in each, and keeping one more.
import { $ } from "../../kit/dom.js";
import { askMenu, howMany } from "../../kit/menu.js";

const links = () => [...$("views").querySelectorAll("[data-view]")];

/** After the conditions have changed. `query`: URLSearchParams of the list. */
export function sayView(query) {
  const same = sorted(query);
  for (const link of links()) {
    if (sorted(new URL(link.href).searchParams) === same) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  $("keep").querySelector("[name=query]").value = query;
  $("kept-said").textContent = "";
}

/** Where somebody has just kept this view: says so, once. */
export function sayKept() {
  if (location.hash !== "#kept") return;
  history.replaceState(history.state, "", location.pathname + location.search);
  const [newest] = links().filter((link) => link.ariaCurrent).sort((one, other) => other.dataset.view - one.dataset.view);
  const words = newest ? `「${newest.firstChild.textContent.trim()}」を保存しました。` : "一覧を保存しました。";
  setTimeout(() => ($("kept-said").textContent = words)); // what is there from the beginning is not read out
}

/** Whether somebody who opens the list without conditions gets others. */
export const hasStart = () => links().some(({ dataset }) => "start" in dataset);

/** Also what waits behind the entries of the menu. */
export async function countViews() {
  const told = await askMenu();
  for (const link of told ? links() : []) {
    const many = told.views.find(({ id }) => String(id) === link.dataset.view)?.many;
    const badge = link.querySelector(".badge");
    badge.hidden = typeof many !== "number";
    if (!badge.hidden) badge.textContent = howMany(many, told.most);
  }
}

function sorted(query) {
  const pairs = [...query].filter(([name, value]) => `${name}=${value}` !== "status=open");
  return JSON.stringify(pairs.map((pair) => pair.join("=")).sort());
}
