// The desk's list as it is told, change by change, beside the list that sorting everything gives.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./opened.mjs";

const { behind, changed, noneWords } = await opened("web/desk/map/lines.js");
const ticket = (number, ...rank) => ({ properties: { number, rank } });
const numbers = (list) => list.map(({ properties }) => properties.number);
const [a, c, e] = [ticket("a", 1), ticket("c", 3), ticket("e", 5)];

for (const [one, other, expected] of [
  [[true, 1], [false, 9], 1], [[false, 9], [true, 1], -1], [[true, 2], [true, 1], 1],
  [["2026-12-01", 9], ["infinity", 1], -1], [["2026-12-01", 9], ["2026-11-30", 1], 1],
  [[-7], [-3], -1], [[10], [9], 1], [[true, "infinity", 4], [true, "infinity", 4], 0],
]) {
  test(`${one} beside ${other}`, () => assert.equal(behind(ticket("x", ...one), ticket("y", ...other)), expected));
}

for (const [what, came, gone, more, expected] of [
  ["nothing", [], [], false, "ace"],
  ["one that came stands at its place", [ticket("b", 2)], [], true, "abce"],
  ["one behind the last stands there where no more follow", [ticket("f", 6)], [], false, "acef"],
  ["else it is left to those that follow", [ticket("f", 6)], [], true, "ace"],
  ["one goes up", [ticket("e", 0)], [], true, "eac"],
  ["one goes behind the last", [ticket("a", 6)], [], false, "cea"],
  ["and out of sight where more follow", [ticket("a", 6)], [], true, "ce"],
  ["the last one goes farther back", [ticket("e", 9)], [], true, "ac"],
  ["the last one goes up, the one before it is the last", [ticket("e", 2)], [], true, "aec"],
  ["one that is gone", [], ["c"], true, "ae"],
  ["one that is gone and was not here", [], ["z"], true, "ace"],
  ["all are gone", [], ["a", "c", "e"], true, ""],
  ["one that comes twice stands once", [ticket("c", 3)], [], true, "ace"],
  ["one of the same rank as the last is the last", [ticket("e", 5)], [], true, "ace"],
]) {
  test(what, () => assert.equal(numbers(changed([a, c, e], came, gone, more)).join(""), expected));
}

test("into an empty list everything comes", () => {
  assert.deepEqual(numbers(changed([], [c, a], [], false)), ["a", "c"]);
});

test("into a list whose tickets are all gone nothing comes before those that follow", () => {
  assert.deepEqual(changed([], [c], [], true), []);
});

test("what was before is left as it was", () => {
  const before = [a, c];
  changed(before, [ticket("b", 2)], ["a"], false);
  assert.deepEqual(numbers(before), ["a", "c"]);
});

test("whatever happens between the pages, the list is a beginning of all in their order", () => {
  for (let seed = 1; seed <= 400; seed += 1) walk(seed);
});

/** A city whose tickets come, change and go while somebody reads its list, a few at once. */
function walk(seed) {
  const dice = diceOf(seed);
  const city = new Map();
  let last = 0;
  const put = (number) => city.set(number, ticket(number, dice(2) === 1, ["2026-12-01", "infinity"][dice(2)], Number(number)));
  const sorted = () => [...city.values()].sort(behind);
  const after = (place) => sorted().filter((one) => !place || behind(one, place) > 0);
  const page = (place) => ({ features: after(place).slice(0, 5), more: after(place).length > 5 });
  for (; last < 20; last += 1) put(`${last}`);

  let { features, more } = page();
  let touched = new Set();
  for (let turn = 0; turn < 30; turn += 1) {
    for (let happened = dice(dice(4) ? 4 : 20); happened > 0; happened -= 1) {
      const number = `${dice(last + 1)}`;
      touched.add(number);
      if (dice(3) === 0) city.delete(number);
      else put(number);
      last = Math.max(last, Number(number) + 1);
    }
    if (dice(3) === 0 && more) {
      // as the page does it: the moment stays, so that all since is told once more
      const told = page(features.at(-1));
      features = changed(features, told.features, [], false);
      more = told.more;
    }
    const came = [...touched].filter((number) => city.has(number)).map((number) => city.get(number));
    const gone = [...touched].filter((number) => !city.has(number));
    features = changed(features, came, gone, more);
    touched = new Set();
    const all = sorted();
    const expected = more ? all.slice(0, features.length) : all;
    assert.deepEqual(features, expected, `seed ${seed}, turn ${turn}`);
  }
}

for (const [typed, isPhone] of [
  ["090-1234-5678", true], ["042 383 1111", true], ["０４２（３８３）１１１１", true], ["+81 90 1234 5678", true],
  ["123-456-789", false], ["穴", false], ["", false], ["0901", false], ["35.7015, 139.5246", false],
]) {
  test(`nothing is found by ${typed}`, () => assert.equal(noneWords(typed).includes("電話番号では探せません"), isPhone));
}

function diceOf(seed) {
  let state = seed;
  return (sides) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * sides);
  };
}
