// The keywords of flex messages as CSS.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./opened.mjs";

const { BUBBLES, border, colour, font, imageWidth, ratio, step } =
  await opened("line_platform/chat/flex_sizes.js");

test("keywords have their size on a phone", () => {
  assert.equal(step("xl"), "16px");
  assert.equal(step("none"), "0px");
  assert.equal(border("semi-bold"), "3px");
  assert.equal(font("5xl"), "74px");
  assert.equal(imageWidth("xs"), "60px");
  assert.equal(BUBBLES.mega, 300);
});

test("an image is of middle size, or as wide as all there is", () => {
  assert.equal(imageWidth(), "100px");
  assert.equal(imageWidth("full"), "100%");
});

test("pixels and parts stay as they are", () => {
  for (const value of ["12px", "30%", "-4px", "0.5px"]) assert.equal(step(value), value);
});

test("anything else is nothing, style sheets of strangers least of all", () => {
  for (const value of [undefined, null, "", "12", "12em", "calc(1px)", "1px;color:red", "XL"]) {
    assert.equal(step(value), null, value);
  }
});

test("colours are those that LINE takes", () => {
  for (const value of ["#fff", "#A1b2C3", "#a1b2c3d4"]) assert.equal(colour(value), value);
  for (const value of [undefined, "red", "#ffff", "#ggg", "#fff;", "rgb(0,0,0)"]) assert.equal(colour(value), null, value);
});

test("a ratio is two numbers, and a square without them", () => {
  assert.equal(ratio("20:13"), "20 / 13");
  assert.equal(ratio("1.91:1"), "1.91 / 1");
  for (const value of [undefined, "20", "20:13:1", "a:b", "20/13"]) assert.equal(ratio(value), "1 / 1", value);
});
