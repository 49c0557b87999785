// Points as people write them and as arrows move them: degrees (WGS 84), metres on a small map.

const METRES_OF_A_DEGREE = 111_320;
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };

/** 35.701500, 139.524600: latitude first, as the server reads it. */
export function wordsOf({ lon, lat }) {
  return `${lat.toFixed(6)}, ${lon.toFixed(6)}`;
}

/** The point in such words, the other way round where only that can be; null where there is none. */
export function pointIn(words) {
  const numbers = words.normalize("NFKC").replace("、", ",").match(/^[\s(]*([-+]?\d{1,3}(?:\.\d+)?)[\s,°]+([-+]?\d{1,3}(?:\.\d+)?)[\s)°]*$/);
  if (!numbers) return null;
  const [first, second] = [Number(numbers[1]), Number(numbers[2])];
  const [lat, lon] = Math.abs(first) > 90 ? [second, first] : [first, second];
  return Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? { lon, lat } : null;
}

/** Where an arrow key leads, so many metres away; null for other keys. */
export function arrowStep(key, metres, { lon, lat }) {
  const way = ARROWS[key];
  if (!way) return null;
  const east = metres / (METRES_OF_A_DEGREE * Math.cos((lat * Math.PI) / 180));
  return { lon: lon + way[0] * east, lat: lat + (way[1] * metres) / METRES_OF_A_DEGREE };
}

/** Metres between two points that are not far apart. */
export function metresBetween(one, other) {
  const east = (other.lon - one.lon) * Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot(east, other.lat - one.lat) * METRES_OF_A_DEGREE;
}
