import assert from "node:assert/strict";
import { test } from "node:test";
import { boxOf, moved, resized, words } from "../../web/desk/redact/boxes.js";

test("a box is the same from whichever corner it is drawn, and stays on the photo", () => {
  assert.deepEqual(boxOf([5000, 4000, -1000, -2000]), [4000, 2000, 1000, 2000]);
  assert.deepEqual(boxOf([4000, 2000, 1000, 2000]), [4000, 2000, 1000, 2000]);
  assert.deepEqual(boxOf([9000, 9000, 5000, 5000]), [9000, 9000, 1000, 1000]);
  assert.deepEqual(boxOf([500, 500, 0, 0]), [500, 500, 100, 100]);
});

test("a box is moved and sized within the photo, and never turned inside out", () => {
  assert.deepEqual(moved([100, 100, 3000, 2000], [-500, 9000]), [0, 8000, 3000, 2000]);
  assert.deepEqual(resized([1000, 1000, 3000, 2000], [500, -5000], "se"), [1000, 1000, 3500, 100]);
  assert.deepEqual(resized([1000, 1000, 3000, 2000], [-5000, 500], "nw"), [0, 1500, 4000, 1500]);
});

test("a box is said in hundredths", () => {
  assert.equal(words([1250, 800, 3000, 2500]), "左13%、上8%、幅30%、高さ25%");
});
