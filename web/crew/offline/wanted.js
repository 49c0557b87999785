// What a phone keeps of today: which pages, photos and pieces of the map, and no more. Pure.

export const MOST_TICKETS = 150;
export const MOST_PHOTOS = 600;
export const MOST_PHOTO_BYTES = 80 * 1024 * 1024;
export const MOST_TILES = 400;
export const MOST_LISTS = 5;
const FARTHEST = 12;
const PHOTO = /\/staff\/photos\/\d+\/(?:small|large)/g;
const NEXT = /href="(\/crew\/\?after=[^"]+)"/;
const TICKET = /href="\/crew\/tickets\/([\d-]+)"/g;

/** The addresses of the photos that a page shows, small ones first. */
export function photosIn(html) {
  const found = [...new Set(html.match(PHOTO))];
  return [...found.filter((one) => one.endsWith("small")), ...found.filter((one) => one.endsWith("large"))];
}

/** Where a list goes on after this page of it, or null. */
export function nextIn(html) {
  return NEXT.exec(html)?.[1].replaceAll("&amp;", "&") ?? null;
}

/** The tickets of a pack in the order in which the list shows them, then those it does not show. */
export function inOrder(tickets, listHtml) {
  const shown = [...listHtml.matchAll(TICKET)].map(([, number]) => number);
  const turn = new Map(shown.map((number, place) => [number, place]));
  const sorted = [...tickets].sort((a, b) => (turn.get(a.number) ?? Infinity) - (turn.get(b.number) ?? Infinity) || 0);
  return sorted.slice(0, MOST_TICKETS);
}

/** The addresses of the pieces around these places, from afar to near: at most MOST_TILES. */
export function tilesAround(places, { address, deepest }) {
  const found = new Set();
  for (let zoom = FARTHEST; zoom <= deepest; zoom++) {
    for (const { lon, lat } of places) {
      const [x, y] = tileAt(lon, lat, zoom);
      for (const [east, south] of NEAR) {
        if (found.size === MOST_TILES) return [...found];
        found.add(address.replace("{z}", zoom).replace("{x}", x + east).replace("{y}", y + south));
      }
    }
  }
  return [...found];
}

const NEAR = [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-1, 1], [-1, -1]];

/** x and y of the piece that this place lies in (WebMercatorQuad: y grows to the south). */
export function tileAt(lon, lat, zoom) {
  const size = 2 ** zoom;
  const north = Math.asinh(Math.tan((lat * Math.PI) / 180));
  return [Math.floor(((lon + 180) / 360) * size), Math.floor(((1 - north / Math.PI) / 2) * size)];
}

/** Those that fit, in this order, by what each has in bytes; what is not known yet counts `usual`. */
export function fitting(addresses, sizes, { most, bytes, usual = 150_000 }) {
  let left = bytes;
  const kept = [];
  for (const address of addresses.slice(0, most)) {
    left -= sizes[address] ?? usual;
    if (left < 0) break;
    kept.push(address);
  }
  return kept;
}
