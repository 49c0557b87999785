// In what order a crew goes to its tickets: urgent ones, deadlines, and a short way. Pure.

/** Roads are longer than straight lines by about so much. */
export const DETOUR = 1.3;
const EARTH_M = 6_371_009;
const RADIANS = Math.PI / 180;
const MOST_TRIES = 10_000_000; // a second or two on an old phone
const LEAST_M = 0.01;

/** Between two points {lon, lat}, in a straight line. */
export function metresBetween(one, other) {
  const x = (other.lon - one.lon) * RADIANS * Math.cos(((one.lat + other.lat) / 2) * RADIANS);
  return EARTH_M * Math.hypot(x, (other.lat - one.lat) * RADIANS);
}

/** How far it is along these points in their order, by straight lines × DETOUR; from `from` where that is known. */
export function kilometres(stops, from = null) {
  const all = from ? [from, ...stops] : stops;
  const metres = all.reduce((sum, point, turn) => sum + (turn ? metresBetween(all[turn - 1], point) : 0), 0);
  return (metres * DETOUR) / 1000;
}

/** A way in words: 約 1.2 km. */
export function wayLength(km) {
  return km < 0.1 ? "100 m 未満" : `約 ${km.toFixed(1)} km`;
}

/**
 * The same points in an order that makes a short way of them: to the nearest that is left, then
 * without crossings (2-opt). Begins near `from`, or else with the first of them; it need not end anywhere.
 */
export function shortWay(stops, from = null) {
  if (stops.length < 2) return [...stops];
  const start = from ?? stops[0];
  const left = from ? [...stops] : stops.slice(1);
  const way = uncrossed([start, ...byNearest(start, left)]);
  return from ? way.slice(1) : way;
}

function byNearest(start, stops) {
  const left = [...stops];
  const way = [];
  for (let at = start; left.length; at = way.at(-1)) {
    let best = 0;
    let least = Infinity;
    left.forEach((stop, turn) => {
      const metres = metresBetween(at, stop);
      if (metres < least) [best, least] = [turn, metres];
    });
    way.push(...left.splice(best, 1));
  }
  return way;
}

/** Turns round each part of the way that is shorter so, the first point staying where it is. */
function uncrossed(stops) {
  const way = [...stops];
  const { x, y } = plane(stops); // in the order of the way, always
  const far = (one, other) => Math.sqrt((x[one] - x[other]) ** 2 + (y[one] - y[other]) ** 2);
  let tries = 0;
  for (let better = true; better && tries < MOST_TRIES; ) {
    better = false;
    for (let first = 1; first < way.length - 1; first += 1) {
      let comes = far(first - 1, first);
      for (let last = first + 1; last < way.length; last += 1) {
        const goesOn = last + 1 < way.length;
        const now = comes + (goesOn ? far(last, last + 1) : 0);
        if (far(first - 1, last) + (goesOn ? far(first, last + 1) : 0) >= now - LEAST_M) continue;
        for (const each of [way, x, y]) turnRound(each, first, last);
        comes = far(first - 1, first);
        better = true;
      }
      tries += way.length - first;
    }
  }
  return way;
}

/** In metres, which are equal everywhere within a city. */
function plane(stops) {
  const [{ lon, lat }] = stops;
  const east = EARTH_M * RADIANS * Math.cos(lat * RADIANS);
  return {
    x: Float64Array.from(stops, (stop) => (stop.lon - lon) * east),
    y: Float64Array.from(stops, (stop) => (stop.lat - lat) * EARTH_M * RADIANS),
  };
}

function turnRound(way, first, last) {
  for (; first < last; first += 1, last -= 1) [way[first], way[last]] = [way[last], way[first]];
}

/**
 * Tickets {lon, lat, again, urgent, late, waits, until, stop} in one of the orders: "way" goes first to
 * what comes first, each of those by a short way; "near", "deadline", "packed" (by `stop`, then "way").
 */
export function inOrder(tickets, order, from = null) {
  if (order === "packed") {
    const stops = tickets.filter(({ stop }) => stop).sort((one, other) => one.stop - other.stop);
    return [...stops, ...inOrder(tickets.filter(({ stop }) => !stop), "way", stops.at(-1) ?? from)];
  }
  if (order === "deadline") return [...tickets].sort((one, other) => byDeadline(one, other));
  if (order === "near" && from) {
    const metres = new Map(tickets.map((ticket) => [ticket, metresBetween(from, ticket)]));
    return [...tickets].sort((one, other) => top(one) - top(other) || metres.get(one) - metres.get(other));
  }
  return wayOfWork(tickets, from);
}

function wayOfWork(tickets, from) {
  const way = [];
  for (const rank of [0, 1, 2, 3, 4]) {
    const these = tickets.filter((ticket) => rankOf(ticket) === rank);
    way.push(...shortWay(these, way.at(-1) ?? from));
  }
  return way;
}

/** Not mended yet, urgent, late or due today, what has time, what waits for something. */
function rankOf({ again, urgent, late, waits }) {
  if (again) return 0;
  if (waits) return 4;
  if (urgent) return 1;
  return late ? 2 : 3;
}

const top = (ticket) => Math.min(rankOf(ticket), 2);
const byDeadline = (one, other) => (one.until || "9").localeCompare(other.until || "9");
