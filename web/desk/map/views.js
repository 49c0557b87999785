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
