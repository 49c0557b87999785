// Points as people write them and as arrows move them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./opened.mjs";

const { arrowStep, metresBetween, pointIn, wordsOf } = await opened("web/maps/points.js");
const STATION = { lon: 139.5067, lat: 35.7011 };

test("a point is written with its latitude first and read again as the same", () => {
  assert.equal(wordsOf(STATION), "35.701100, 139.506700");
  assert.deepEqual(pointIn(wordsOf(STATION)), STATION);
});

for (const words of [
  "35.7011,139.5067", "35.7011 139.5067", "(35.7011, 139.5067)", "３５.７０１１、１３９.５０６７",
  "35.7011° 139.5067°", "139.5067, 35.7011", "  +35.7011 ,  +139.5067 ",
]) {
  test(`${words} is the station`, () => assert.deepEqual(pointIn(words), STATION));
}

test("two numbers that can be either way round are latitude first", () => {
  assert.deepEqual(pointIn("35, 36"), { lon: 36, lat: 35 });
});

for (const words of ["", "本町", "35.7", "35.7, ", "86, 10", "91, 95", "35.7, 181", "35.7, 139.5, 3", "1e1, 2"]) {
  test(`「${words}」 is no point`, () => assert.equal(pointIn(words), null));
}

test("the south and the west have a minus", () => {
  assert.deepEqual(pointIn("-33.9, -70.6"), { lon: -70.6, lat: -33.9 });
});

for (const [key, east, north] of [
  ["ArrowUp", 0, 1], ["ArrowDown", 0, -1], ["ArrowRight", 1, 0], ["ArrowLeft", -1, 0],
]) {
  test(`${key} leads ten metres that way`, () => {
    const there = arrowStep(key, 10, STATION);
    assert.ok(Math.abs(metresBetween(STATION, there) - 10) < 0.001);
    assert.equal(Math.sign(there.lon - STATION.lon), east);
    assert.equal(Math.sign(there.lat - STATION.lat), north);
  });
}

test("another key leads nowhere", () => assert.equal(arrowStep("Enter", 1, STATION), null));

test("a degree is shorter to the east than to the north", () => {
  const { lon, lat } = STATION;
  assert.equal(Math.round(metresBetween(STATION, { lon, lat: lat + 0.001 })), 111);
  assert.equal(Math.round(metresBetween(STATION, { lon: lon + 0.001, lat })), 90);
});
