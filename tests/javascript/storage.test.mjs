// What a browser keeps for our pages, also where it keeps nothing.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { opened } from "./opened.mjs";

const WEB = new URL("../../web/", import.meta.url);
const { BROWSER, keep, kept } = await opened("web/kit/storage.js");

function browserThat(get) {
  for (const name of ["sessionStorage", "localStorage"]) Object.defineProperty(globalThis, name, { configurable: true, get: () => get(name) });
}

test("where storage is refused nothing is kept and nothing is amiss", () => {
  browserThat(() => {
    throw new Error("SecurityError");
  });
  keep("a", "1");
  keep("a", null, BROWSER);
  assert.deepEqual([kept("a"), kept("a", BROWSER)], [null, null]);
});

test("what is kept in a window is not kept in all of them, until it is given up", () => {
  const shelves = { sessionStorage: new Map(), localStorage: new Map() };
  browserThat((name) => ({
    getItem: (key) => shelves[name].get(key) ?? null,
    setItem: (key, words) => shelves[name].set(key, words),
    removeItem: (key) => shelves[name].delete(key),
  }));
  keep("a", "1");
  assert.deepEqual([kept("a"), kept("a", BROWSER)], ["1", null]);
  keep("a", null);
  keep("b", "2", BROWSER);
  assert.deepEqual([kept("a"), kept("b", BROWSER)], [null, "2"]);
});

test("no page asks the browser itself", async () => {
  const all = await readdir(WEB, { recursive: true });
  const ours = all.filter((path) => path.endsWith(".js") && !path.startsWith("node_modules/") && path !== "kit/storage.js");
  assert.ok(ours.length > 30);
  for (const path of ours) assert.doesNotMatch(await readFile(new URL(path, WEB), "utf-8"), /(session|local)Storage/, path);
});
