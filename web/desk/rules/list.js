// Rules as a list of cells by column: what they say, and their numbers.

const STEP = 10;
export const CONDITIONS = ["category", "owner", "district", "urgent", "hours"];
export const FURTHER = ["tell", "not_ours", "note"];
export const COLUMNS = ["order", ...CONDITIONS, "department", "deadline_days", ...FURTHER];

/** All that a rule says, to be compared. */
export function keyOf(rule) {
  return JSON.stringify(COLUMNS.map((column) => rule[column]));
}

/** All that these rules say. */
export function keyOfAll(rules) {
  return rules.map(keyOf).join();
}

/** Whether the rule takes whatever comes to it. */
export function takesAll(rule) {
  return CONDITIONS.every((column) => !rule[column]);
}

/** The rule at `place` takes a number between its neighbours'; where there is none, all are new. */
export function numbered(rules, place) {
  const before = place ? Number(rules[place - 1].order) : 0;
  const after = place < rules.length - 1 ? Number(rules[place + 1].order) : before + 2 * STEP;
  if (after - before < 2) return rules.map((rule, at) => ({ ...rule, order: String((at + 1) * STEP) }));
  return rules.with(place, { ...rules[place], order: String(Math.floor((before + after) / 2)) });
}

