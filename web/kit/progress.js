// What a worker does for this page: asked for again and again, seldom while others are before it.

const SOON_MS = 600;
const SELDOM_MS = 5_000;

/**
 * Ends with what `ask` tells first that is no more `underway`; each before that goes to `draw`.
 * `away`, if given: called whenever nobody could be reached, which is tried again; without it that
 * ends the following with the error.
 */
export async function follow(ask, { underway, draw, away }) {
  for (;;) {
    let wait = SELDOM_MS;
    try {
      const told = await ask();
      if (!underway(told)) return told;
      draw(told);
      wait = Math.min(SOON_MS * (1 + (told.ahead ?? 0)), SELDOM_MS);
    } catch (error) {
      if (!away) throw error;
      away();
    }
    await new Promise((goOn) => setTimeout(goOn, wait));
  }
}

/** Its JSON; the page anew where that is not ours any more, and then nothing. */
export async function progressOf(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.status !== 401 && answer.status !== 404) return answer.json();
  location.reload();
  return new Promise(() => {});
}
