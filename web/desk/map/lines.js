// A list of tickets in its order, and what changes in it. No page, so that it runs in node.

/**
 * The list `before` with the tickets that came or changed, without the `gone` numbers. Where `more`
 * follow, what would stand behind the last one is left to those.
 */
export function changed(before, came, gone, more) {
  const last = before.at(-1);
  const out = new Set([...gone, ...came.map(({ properties }) => properties.number)]);
  const kept = before.filter(({ properties }) => !out.has(properties.number));
  const shown = came.filter((ticket) => !more || (last && behind(ticket, last) <= 0));
  return [...kept, ...shown].sort(behind);
}

/** Above 0 where the one stands behind the other: by the parts of their ranks, from the first on. */
export function behind({ properties: { rank: one } }, { properties: { rank: other } }) {
  const part = one.findIndex((value, place) => value !== other[place]);
  if (part < 0) return 0;
  return one[part] > other[part] ? 1 : -1;
}

/** Why there is nothing in the list of this search: callers are not found by their number. */
export function noneWords(typed) {
  const none = "この条件の受付票はありません。";
  return isPhone(typed) ? `${none}電話番号では探せません(個人情報のため)。` : none;
}

const isPhone = (typed) => /^(?:0\d{9,10}|\+81\d{9,10})$/.test(typed.normalize("NFKC").replace(/[\s()\-‐‑–—−ー]/g, ""));
