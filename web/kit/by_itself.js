// What a page asks while nobody is at it keeps no session open: the server is told which questions those are.

const AWAY_MS = 60_000;
let lastSeen = Date.now();
for (const happened of ["pointermove", "pointerdown", "keydown", "wheel", "touchmove"]) {
  addEventListener(happened, () => (lastSeen = Date.now()), { passive: true, capture: true });
}

/** The headers of a question that nobody has pressed for. */
export function byItself() {
  return Date.now() - lastSeen < AWAY_MS ? {} : { "X-By-Itself": "yes" };
}
