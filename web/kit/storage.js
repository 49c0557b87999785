// What a browser keeps for our pages, by name; one that keeps nothing is as if nothing had been kept.

const WINDOW = "sessionStorage"; // this window, until it is closed
export const BROWSER = "localStorage"; // all windows

/** The words that were kept, or null. */
export function kept(name, where = WINDOW) {
  try {
    return globalThis[where].getItem(name);
  } catch {
    return null;
  }
}

/** Keeps these words; null: none any more. */
export function keep(name, words, where = WINDOW) {
  try {
    if (words === null) globalThis[where].removeItem(name);
    else globalThis[where].setItem(name, words);
  } catch {
    // nothing is kept, or there is no room
  }
}
