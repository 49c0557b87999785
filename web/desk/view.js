// Which list somebody came from, in its order, so that a ticket's page can go to the next one of it.
import { ask } from "../kit/ask.js";
import { keep, kept } from "../kit/storage.js";

const KEPT = "michi.view";
const NONE = { address: "/staff/", numbers: [], isLong: false, rank: "" };

/**
 * When this page is left: the tickets it links to within `box`, in their order, and its address. `rank`: of
 * the last one, behind which the list goes on.
 */
export function keepView(box) {
  addEventListener("pagehide", () => {
    const numbers = [...box.querySelectorAll('a[href^="/staff/tickets/"]')].map((link) => link.pathname.split("/")[3]);
    const isLong = Boolean(box.querySelector("#more:not([hidden])"));
    const rank = [...box.querySelectorAll("[data-rank]")].at(-1)?.dataset.rank ?? "";
    const address = location.pathname + location.search;
    keep(KEPT, JSON.stringify({ address, numbers: [...new Set(numbers)].filter(Boolean), isLong, rank }));
  });
}

/** The list one came from; `at`: where this ticket stands in it, or -1; `isLong`: more follow there. */
export function viewAround(number) {
  const view = whole();
  return { ...view, at: view.numbers.indexOf(number) };
}

/** Reads on in the list one came from; whether more of it is known now. */
export async function readOn() {
  const view = whole();
  if (!view.isLong || !view.rank) return false;
  const query = new URLSearchParams(view.address.split("?")[1]);
  query.set("after", view.rank);
  const { features, more } = await ask(`/staff/tickets.geojson?${query}`);
  if (!features) return false;
  const numbers = features.map(({ properties }) => properties.number).filter((number) => !view.numbers.includes(number));
  const rank = features.at(-1)?.properties.rank.join() ?? view.rank;
  keep(KEPT, JSON.stringify({ ...view, numbers: [...view.numbers, ...numbers], isLong: more, rank }));
  return numbers.length > 0;
}

function whole() {
  const view = { ...NONE, ...JSON.parse(kept(KEPT)) };
  const isOurs = typeof view.address === "string" && view.address.startsWith("/staff/") && Array.isArray(view.numbers);
  return isOurs ? view : NONE;
}
