// Which list somebody came from, in its order, so that a ticket's page can go to the next one of it.
import { keep, kept } from "../kit/storage.js";

const KEPT = "michi.view";

/** When this page is left: the tickets it links to within `box`, in their order, and its address. */
export function keepView(box) {
  addEventListener("pagehide", () => {
    const numbers = [...box.querySelectorAll('a[href^="/staff/tickets/"]')].map((link) => link.pathname.split("/")[3]);
    const isLong = Boolean(box.querySelector("#more:not([hidden])"));
    const view = { address: location.pathname + location.search, numbers: [...new Set(numbers)].filter(Boolean), isLong };
    keep(KEPT, JSON.stringify(view));
  });
}

/** The list one came from; `at`: where this ticket stands in it, or -1; `isLong`: more follow there. */
export function viewAround(number) {
  const { address = "/staff/", numbers = [], isLong = false } = JSON.parse(kept(KEPT)) ?? {};
  const isOurs = typeof address === "string" && address.startsWith("/staff/") && Array.isArray(numbers);
  if (!isOurs) return { address: "/staff/", numbers: [], at: -1, isLong };
  return { address, numbers, at: numbers.indexOf(number), isLong };
}
