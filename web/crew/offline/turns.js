// Whose turn it is among what waits, how long a pause lasts, and what a later act must have seen. Pure.

export const DAYS_WITHOUT_CONTACT = 14;
export const DRAFT_HOURS = 12;
const PATROL = "/crew/patrol";
const FIND = "/crew/patrol/find";
const DAY_MS = 24 * 60 * 60_000;
const PAUSES_S = [5, 15, 45, 120, 300, 900];

/**
 * What must stay in its order: acts on one ticket, those of a patrol, else those to one address. A find waits for
 * the beginning of its patrol, and nothing waits for a find: it belongs to the patrol of its own moment.
 */
export function subject(act) {
  return act.number ?? (act.action.startsWith(PATROL) ? PATROL : act.action);
}

/**
 * The first act that may be sent now, or null: one after another for each ticket, and none past one
 * that somebody must look at. `tried`: ids that have had their turn in this round; `now`: ms, or
 * null where pauses are over.
 */
export function next(acts, now, tried = new Set()) {
  const held = new Set();
  for (const act of acts) {
    const rests = act.state !== "waiting" || tried.has(act.id) || (now !== null && act.after > now);
    if (!rests && !held.has(subject(act))) return act;
    if (act.action !== FIND) held.add(subject(act));
  }
  return null;
}

/** Milliseconds until the next try after so many; `chance` from 0 to 1 keeps phones apart. */
export function pause(tries, chance) {
  const seconds = PAUSES_S[Math.min(tries, PAUSES_S.length) - 1] ?? PAUSES_S[0];
  return Math.round(seconds * 1000 * (0.8 + 0.4 * chance));
}

/** The fields of an act, which has seen what those before it on the same ticket will have done. */
export function chained(fields, earlier) {
  const to = earlier.map((act) => act.becomes).findLast(Boolean);
  return to ? fields.map(([name, value]) => [name, name === "seen" ? to : value]) : fields;
}

/** The first value of this name, or undefined. */
export function valueOf(fields, name) {
  return fields.find(([one]) => one === name)?.[1];
}

/** Whether what a phone keeps has to go; a contact that is still to come is of a clock set back. */
export function isOver(contact, now) {
  return Boolean(contact) && now - contact > DAYS_WITHOUT_CONTACT * DAY_MS;
}

/** Whether a draft is too old to be brought back. */
export function isStale(draft, now) {
  return now - draft.at > DRAFT_HOURS * 60 * 60_000;
}
