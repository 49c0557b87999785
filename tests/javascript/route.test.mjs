// The way of a crew: short, without crossings, what comes first before what is near.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./opened.mjs";

const { DETOUR, inOrder, kilometres, metresBetween, shortWay } = await opened("web/kit/route.js");
const HERE = { lon: 139.5, lat: 35.7 };

/** So many points, the same every time. */
function points(many, seed = 1) {
  const next = () => ((seed = (seed * 48271) % 2147483647) / 2147483647);
  return Array.from({ length: many }, (_, turn) => ({ turn, lon: 139.48 + next() * 0.06, lat: 35.68 + next() * 0.04 }));
}

function shortest(stops, from) {
  if (stops.length < 2) return kilometres(stops, from);
  return Math.min(...stops.map((first, turn) => kilometres([first], from) + shortest([...stops.slice(0, turn), ...stops.slice(turn + 1)], first)));
}

test("a way is so much longer than its straight lines", () => {
  const there = { lon: 139.51, lat: 35.7 };
  assert.equal(kilometres([there], HERE), (metresBetween(HERE, there) * DETOUR) / 1000);
  assert.equal(kilometres([there]), 0);
  assert.equal(kilometres([]), 0);
});

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`seven stops are gone to by a way hardly longer than the shortest (${seed})`, () => {
    const stops = points(7, seed);
    const way = shortWay(stops, HERE);
    assert.deepEqual([...way].sort((one, other) => one.turn - other.turn), stops);
    assert.ok(kilometres(way, HERE) <= 1.12 * shortest(stops, HERE));
  });
}

test("nothing that is turned round makes the way shorter", () => {
  const way = shortWay(points(80), HERE);
  const km = kilometres(way, HERE);
  for (let first = 0; first < way.length; first += 1) {
    for (let last = first + 1; last < way.length; last += 1) {
      const turned = [...way.slice(0, first), ...way.slice(first, last + 1).reverse(), ...way.slice(last + 1)];
      assert.ok(kilometres(turned, HERE) > km - 0.001);
    }
  }
});

test("without a place to begin at the first stays the first", () => {
  const stops = points(20);
  assert.equal(shortWay(stops)[0], stops[0]);
  assert.deepEqual(shortWay([]), []);
  assert.deepEqual(shortWay([HERE], HERE), [HERE]);
});

test("what lies on one spot is all gone to", () => {
  const stops = Array.from({ length: 5 }, (_, turn) => ({ ...HERE, turn }));
  assert.equal(new Set(shortWay(stops, HERE)).size, 5);
});

const far = { lon: 139.54, lat: 35.72 };
const again = { ...far, again: true };
const urgent = { ...far, urgent: true, until: "2026-12-09" };
const late = { ...far, late: true, until: "2026-11-01" };
const near = { ...HERE, until: "2026-12-20" };
const waits = { ...HERE, urgent: true, waits: true };

test("the way goes to what is not mended, urgent and late first, and to what waits last", () => {
  assert.deepEqual(inOrder([waits, near, late, urgent, again], "way", HERE), [again, urgent, late, near, waits]);
});

test("by distance only what is not mended or urgent stays on top", () => {
  assert.deepEqual(inOrder([late, near, urgent], "near", HERE), [urgent, near, late]);
});

test("without a place the nearest cannot be known, and the way is taken", () => {
  assert.deepEqual(inOrder([near, urgent], "near"), [urgent, near]);
});

test("by deadline what has none comes last", () => {
  assert.deepEqual(inOrder([again, near, late, urgent], "deadline", HERE), [late, urgent, near, again]);
});

test("a packed day keeps its order, and the rest follows it", () => {
  const [first, second] = [{ ...near, stop: 1 }, { ...urgent, stop: 2 }];
  assert.deepEqual(inOrder([again, second, first], "packed", HERE), [first, second, again]);
});
