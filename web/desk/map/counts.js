// How many tickets are behind each choice and each view, asked for after the list has changed.
import { $ } from "../../kit/dom.js";
import { byItself } from "../../kit/by_itself.js";
import { sayCounts } from "./conditions.js";
import { countViews } from "./views.js";

export const MOST_COUNTED = 5000; // as reports/tickets/lists.py
export const PATIENCE_MS = 30_000;
const SOON_MS = 300;
const EVERY_MS = 8000;

let waiting = 0;
let last = 0;

/** Once for many changes in a row. `wanted()` gives the list's conditions. */
export function countSoon(wanted) {
  clearTimeout(waiting);
  waiting = setTimeout(() => count(wanted), Math.max(SOON_MS, last + EVERY_MS - Date.now()));
}

/** The conditions are others now: the next count need not wait. */
export function countAnew() {
  last = 0;
}

async function count(wanted) {
  last = Date.now();
  const query = String(wanted());
  try {
    const answer = await fetch(`/staff/tickets/choices?${query}`, { cache: "no-cache", headers: byItself(), signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && query === String(wanted())) sayCounts($("filters"), await answer.json());
    await countViews();
  } catch {
    last = 0; // what is lost is said by the list, and its next answer counts again
  }
}
