// Whose this phone is just now: nobody sees or sends what another person has left here.
import { acts, allActs, fact, factNames, remove, setFact } from "./store.js";
import { isOver, isStale } from "./turns.js";

const STANDING = "/crew/offline/standing";
export const FILES = "michi-files"; // of every screen, and nobody's

export const ARRIVING = "michi-arriving"; // is there while somebody signs in (auth/arriving.js)

export const shelf = (person, kind) => `michi-${person}-${kind}`;

/** This person has come in. What others were shown goes; what they have not sent stays theirs. */
export async function becomes(person) {
  await setFact("person", person);
  for (const name of await caches.keys()) {
    if (name.startsWith("michi-") && name !== FILES && !name.startsWith(`michi-${person}-`)) await caches.delete(name);
  }
  for (const name of await factNames()) {
    if (name.startsWith("kept:") && name !== `kept:${person}`) await setFact(name, undefined);
  }
}

/** The server has answered this person. */
export async function met(person) {
  await setFact(`contact:${person}`, Date.now());
}

/** Everything that this phone has of this person goes. */
export async function forget(person) {
  for (const act of await acts(person)) await remove(act.id);
  for (const name of await caches.keys()) if (name.startsWith(`michi-${person}-`)) await caches.delete(name);
  for (const name of await factNames()) if (name.endsWith(`:${person}`)) await setFact(name, undefined);
  if ((await fact("person")) === person) await setFact("person", undefined);
}

/** The names of the facts that hold this person's forms that were not sent yet. */
export async function draftsOf(person) {
  return (await factNames()).filter((name) => name.startsWith("draft:") && name.endsWith(`:${person}`));
}

/**
 * What is of people who had no contact for too long goes, and what of it had not been sent is noted
 * without its photos and words, to be shown to them once they are back.
 */
export async function forgetOld(now = Date.now()) {
  for (const name of await factNames()) {
    if (name.startsWith("draft:") && isStale((await fact(name)) ?? {}, now)) await setFact(name, undefined);
    if (!name.startsWith("contact:") || !isOver(await fact(name), now)) continue;
    const person = name.slice("contact:".length);
    const lost = (await acts(person)).map(({ number, what, at }) => ({ number, what, at }));
    await forget(person);
    if (lost.length) await setFact(`lost:${person}`, lost);
  }
}

/**
 * Who is signed in, asked for this person: "here" with a token, "signed-out" (also: another person
 * is in), "ended" (they may not come in any more), or "away" (no answer).
 */
export async function stand(person) {
  const said = await asked(person);
  if (!said) return { is: "away" };
  if (said.ended) return { is: "ended" };
  if (said.person !== person) return { is: "signed-out" };
  await met(person);
  return { is: "here", csrf: said.csrf };
}

async function asked(person) {
  try {
    const address = `${STANDING}?of=${encodeURIComponent(person)}`;
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(20_000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** What is of those who may not come in any more goes; gives whether the one who is here is of them. */
export async function forgetEnded() {
  const people = new Set((await allActs()).map((act) => act.person));
  const here = await fact("person");
  if (here) people.add(here);
  let isHere = false;
  for (const person of people) {
    if ((await stand(person)).is !== "ended") continue;
    await forget(person);
    isHere ||= person === here;
  }
  return isHere;
}
