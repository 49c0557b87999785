// Where somebody was in the list, so that Back and reload lead there again; in this window alone.
import { keep, kept } from "../../kit/storage.js";

const KEY = "michi-list-place";

/** Keeps what `read` says when the page is left. */
export function keepPlace(read) {
  addEventListener("pagehide", () => keep(KEY, JSON.stringify({ address: location.search, ...read() })));
}

/** What was kept of this very list, where somebody comes back to it; else null. */
export function placeBefore() {
  const place = JSON.parse(kept(KEY));
  const [{ type } = {}] = performance.getEntriesByType("navigation");
  const isBack = type === "back_forward" || type === "reload";
  return isBack && place?.address === location.search ? place : null;
}
