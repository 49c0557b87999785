// The views that are kept under a name: which of them this is, how many tickets are in each, and keeping one more.
import { $ } from "../../kit/dom.js";

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

/** `most`: of more, there are only said to be more. */
export async function countViews(most) {
  if (!links().length) return;
  const answer = await fetch("/staff/views.json", { cache: "no-cache" });
  if (!answer.ok) return;
  const counts = await answer.json();
  for (const link of links()) {
    const [badge, many] = [link.querySelector(".badge"), counts[link.dataset.view]];
    badge.hidden = typeof many !== "number";
    if (!badge.hidden) badge.textContent = many > most ? `${most.toLocaleString("ja-JP")}+` : many.toLocaleString("ja-JP");
  }
}

function sorted(query) {
  const pairs = [...query].filter(([name, value]) => `${name}=${value}` !== "status=open");
  return JSON.stringify(pairs.map((pair) => pair.join("=")).sort());
}
