// What a phone without signal decides by itself: whose turn it is, what an answer means, what it keeps.

import assert from "node:assert/strict";
import { test } from "node:test";
import { opened } from "./opened.mjs";

const { meaning, sentenceIn } = await opened("web/crew/offline/answers.js");
const { chained, isOver, isStale, next, pause } = await opened("web/crew/offline/turns.js");
const { fitting, inOrder, nextIn, photosIn, tileAt, tilesAround } = await opened("web/crew/offline/wanted.js");

const act = (id, number, more = {}) => ({ id, number, state: "waiting", after: 0, ...more });

test("acts on one ticket keep their order, and another ticket's go past one that somebody must look at", () => {
  const waiting = [act(1, "a", { state: "conflict" }), act(2, "a"), act(3, "b", { after: 50 }), act(4, "b"), act(5, "c"), act(6, "c")];
  assert.equal(next(waiting, 10).id, 5);
  assert.equal(next(waiting, 60).id, 3);
  assert.equal(next(waiting, null).id, 3);
  assert.equal(next(waiting, null, new Set([3])).id, 5);
  assert.equal(next(waiting, null, new Set([3, 5])), null);
});

test("without a ticket the address keeps the order, and of a patrol all that it is made of", () => {
  const finds = [act(1, null, { action: "/crew/patrol", state: "refused" }), act(2, null, { action: "/crew/patrol" })];
  assert.equal(next(finds, 0), null);
  const begun = [act(1, null, { action: "/crew/patrol", after: 50 }), act(2, null, { action: "/crew/patrol/find" })];
  assert.equal(next(begun, 10), null);
});

test("one find that somebody must look at holds back neither the others nor the end", () => {
  const end = act(3, null, { action: "/crew/patrol/end" });
  const finds = [act(1, null, { action: "/crew/patrol/find", state: "refused" }), act(2, null, { action: "/crew/patrol/find" }), end];
  assert.equal(next(finds, 0).id, 2);
  assert.equal(next(finds, 0, new Set([2])).id, 3);
  assert.equal(next([{ ...end, state: "refused" }, act(4, null, { action: "/crew/patrol" })], 0), null);
});

test("a later act has seen what the one before it on the same ticket will have done", () => {
  const fields = [["to", "fixed"], ["seen", "received"], ["key", "k"]];
  const before = [{ becomes: "inspecting" }, { becomes: "in_progress" }, {}];
  assert.deepEqual(chained(fields, before), [["to", "fixed"], ["seen", "in_progress"], ["key", "k"]]);
  assert.deepEqual(chained(fields, []), fields);
});

test("pauses grow and then stay, and no two phones keep time", () => {
  const each = [1, 2, 3, 4, 5, 6, 60].map((tries) => pause(tries, 0.5));
  assert.deepEqual(each, [5, 15, 45, 120, 300, 900, 900].map((seconds) => seconds * 1000));
  assert.ok(pause(1, 0) < pause(1, 1));
});

test("fourteen days without contact are too many, a clock set back is not", () => {
  const day = 24 * 60 * 60_000;
  assert.deepEqual([13.9, 14.1, -400].map((days) => isOver(1000 * day, (1000 + days) * day)), [false, true, false]);
  assert.equal(isOver(undefined, 1000 * day), false);
});

test("a form that was not sent is brought back for twelve hours", () => {
  const hour = 60 * 60_000;
  assert.deepEqual([0, 11.9, 12.1].map((hours) => isStale({ at: 0 }, hours * hour)), [false, false, true]);
});

test("each answer means one thing, and none is swallowed", () => {
  const cases = { 200: "done", 401: "signed-out", 403: "stale", 404: "gone", 409: "conflict", 413: "refused", 422: "refused", 408: "later", 429: "later", 500: "later", 503: "later" };
  for (const [status, is] of Object.entries(cases)) {
    const { is: found, sentence } = meaning({ status: Number(status) });
    assert.equal(found, is, status);
    assert.equal(sentence === "", is === "done", status);
  }
  assert.equal(meaning({ status: 0, elsewhere: true }).is, "done");
});

test("the sentence is read from JSON and from a page, without what is hidden", () => {
  const far = '{"sentence": "遠い写真です。", "reason": "far"}';
  assert.equal(sentenceIn(far), "遠い写真です。");
  assert.equal(meaning({ status: 422, text: far }).reason, "far");
  assert.equal(sentenceIn('{"detail": "ありません。"}'), "ありません。");
  assert.equal(sentenceIn('{"detail": [{"loc": 1}]}'), "");
  const page = '<p class="notice" role="alert" id="trouble" hidden></p><p role="alert"><svg></svg>「完了」に&amp;変わっています。</p>';
  assert.equal(sentenceIn(page), "「完了」に&変わっています。");
});

test("photos are found in a page, small ones first, each once", () => {
  const html = '<a href="/staff/photos/7/large"><img src="/staff/photos/7/large"></a><img src="/staff/photos/12/small">';
  assert.deepEqual(photosIn(html), ["/staff/photos/12/small", "/staff/photos/7/large"]);
  assert.deepEqual(photosIn(""), []);
});

test("a list that goes on says where", () => {
  assert.equal(nextIn('<a class="button" href="/crew/?after=1.2&amp;order=near">続き</a>'), "/crew/?after=1.2&order=near");
  assert.equal(nextIn('<a href="/crew/?only=mine">'), null);
});

test("tickets are kept in the list's order, what it does not show last, and no more than fit", () => {
  const tickets = Array.from({ length: 160 }, (_, turn) => ({ number: `100-000-${turn}` }));
  const list = '<a href="/crew/tickets/100-000-159">a</a><a href="/crew/tickets/100-000-3">b</a>';
  const kept = inOrder(tickets, list).map(({ number }) => number);
  assert.deepEqual(kept.slice(0, 3), ["100-000-159", "100-000-3", "100-000-0"]);
  assert.equal(kept.length, 150);
});

test("the pieces of the map lie around the places, from afar to near, and are not too many", () => {
  assert.deepEqual(tileAt(139.5067, 35.7011, 16), [58164, 25802]);
  const map = { address: "/map/{z}/{x}/{y}", deepest: 16 };
  const around = tilesAround([{ lon: 139.5067, lat: 35.7011 }], map);
  assert.equal(around.length, 5 * 9);
  assert.ok(around.includes("/map/16/58164/25802"));
  assert.match(around[0], /^\/map\/12\//);
  const far = Array.from({ length: 150 }, (_, turn) => ({ lon: 139 + turn / 10, lat: 35 }));
  assert.equal(tilesAround(far, map).length, 400);
});

test("photos are kept until the bytes or the number are used up", () => {
  const sizes = { a: 60, b: 30, c: 30 };
  assert.deepEqual(fitting(["a", "b", "c"], sizes, { most: 9, bytes: 100 }), ["a", "b"]);
  assert.deepEqual(fitting(["a", "b", "c"], sizes, { most: 1, bytes: 100 }), ["a"]);
  assert.deepEqual(fitting(["x", "y"], {}, { most: 9, bytes: 200_000 }), ["x"]);
});
