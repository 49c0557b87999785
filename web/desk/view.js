// Which list somebody came from, in its order, so that a ticket's page can go to the next one of it.

const KEPT = "michi.view";

/** When this page is left: the tickets it links to within `box`, in their order, and its address. */
export function keepView(box) {
  addEventListener("pagehide", () => {
    const numbers = [...box.querySelectorAll('a[href^="/staff/tickets/"]')].map((link) => link.pathname.split("/")[3]);
    const isLong = Boolean(box.querySelector("#more:not([hidden])"));
    const view = { address: location.pathname + location.search, numbers: [...new Set(numbers)].filter(Boolean), isLong };
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(view));
    } catch {
      // nothing is kept: the ticket has no neighbours in a list
    }
  });
}

/** The list one came from; `at`: where this ticket stands in it, or -1; `isLong`: more follow there. */
export function viewAround(number) {
  let view = null;
  try {
    view = JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    // as if there were none
  }
  const { address = "/staff/", numbers = [], isLong = false } = view ?? {};
  const isOurs = typeof address === "string" && address.startsWith("/staff/") && Array.isArray(numbers);
  if (!isOurs) return { address: "/staff/", numbers: [], at: -1, isLong };
  return { address, numbers, at: numbers.indexOf(number), isLong };
}
