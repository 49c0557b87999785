// The rules of the routing table as a list of cells: what they say, and their numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./opened.mjs";

const { COLUMNS, keyOf, keyOfAll, numbered, takesAll } = await opened("web/desk/rules/list.js");

const rule = (order, more = {}) =>
  ({ ...Object.fromEntries(COLUMNS.map((column) => [column, ""])), order: String(order), ...more });
const orders = (rules) => rules.map(({ order }) => order);

test("a rule put between two takes the number in the middle and leaves the others", () => {
  assert.deepEqual(orders(numbered([rule(10), rule(99), rule(20)], 1)), ["10", "15", "20"]);
  assert.deepEqual(orders(numbered([rule(10), rule(99), rule(12)], 1)), ["10", "11", "12"]);
});

test("the first one comes between nothing and the second, the last one a step after the one before", () => {
  assert.deepEqual(orders(numbered([rule(99), rule(10)], 0)), ["5", "10"]);
  assert.deepEqual(orders(numbered([rule(10), rule(3)], 1)), ["10", "20"]);
  assert.deepEqual(orders(numbered([rule(7)], 0)), ["10"]);
});

test("where two have no number between them, all are numbered anew", () => {
  assert.deepEqual(orders(numbered([rule(10), rule(99), rule(11), rule(12)], 1)), ["10", "20", "30", "40"]);
  assert.deepEqual(orders(numbered([rule(99), rule(1)], 0)), ["10", "20"]);
});

test("the list that was given stays as it was", () => {
  const given = [rule(10), rule(99), rule(20)];
  numbered(given, 1);
  assert.deepEqual(orders(given), ["10", "99", "20"]);
});

test("a rule is the same only when every cell is", () => {
  assert.equal(keyOf(rule(10)), keyOf({ ...rule(10), id: 7 }));
  for (const column of COLUMNS) {
    assert.notEqual(keyOf(rule(10)), keyOf(rule(10, { [column]: "x" })), column);
  }
  assert.notEqual(keyOfAll([rule(10), rule(20)]), keyOfAll([rule(20), rule(10)]));
});

test("a rule takes all only without any condition", () => {
  assert.ok(takesAll(rule(10, { department: "road", note: "x", deadline_days: "3" })));
  for (const column of ["category", "owner", "district", "urgent", "hours"]) {
    assert.ok(!takesAll(rule(10, { [column]: "x" })), column);
  }
});
