// What the crew has to do today is kept on the phone: only what is new is fetched, the rest goes.
import { tell } from "./channel.js";
import { FILES, met, shelf } from "./person.js";
import { fact, setFact } from "./store.js";
import { MOST_LISTS, MOST_PHOTO_BYTES, MOST_PHOTOS, fitting, inOrder, nextIn, photosIn, tilesAround } from "./wanted.js";

const AT_ONCE = 4;
const SOON_MS = 120_000;
const TELL_MS = 300;
const LIST = "/crew/";
const ALWAYS = ["/crew/waiting", "/crew/patrol", "/crew/patrol/find"];

/** Keeps it, unless that was done a moment ago or is being done. What breaks off is gone on with. */
export function keep() {
  return navigator.locks.request("michi-keep", { ifAvailable: true }, async (free) => {
    const person = await fact("person");
    if (!free || !person) return;
    try {
      await keepFor(person);
    } catch (broken) {
      tell({ keeping: { broken: broken.name } });
    }
  });
}

async function keepFor(person) {
  const before = (await fact(`kept:${person}`)) ?? { pages: {}, sizes: {} };
  const version = import.meta.url;
  if (!before.isOld && before.version === version && Date.now() - before.at < SOON_MS) return;
  const pack = await (await got("/crew/offline/pack", "application/json")).json();
  if (pack.person !== person) return;
  await met(person);
  const run = await begun(person, before);
  const lists = await listPages(run);
  const list = Object.values(lists).join("");
  for (const address of ALWAYS) await page(run, address);
  const tickets = inOrder(pack.tickets, list);
  run.of = tickets.length + pack.files.length;
  await inTurn(pack.files, (address) => whole(run, run.files, address));
  await inTurn(tickets, (ticket) => ticketPage(run, ticket));
  const photos = await photosOf(run, tickets, list);
  const tiles = tilesAround(tickets, pack.map);
  run.of += tiles.length;
  await inTurn(tiles, (address) => whole(run, run.tiles, address));
  await clear(run.files, pack.files);
  await clear(run.pages, [...Object.keys(lists), ...ALWAYS, ...tickets.map(pathOf)]);
  await clear(run.photos, photos);
  await clear(run.tiles, tiles);
  const pages = Object.fromEntries(tickets.map(({ number }) => [number, run.kept.pages[number]]));
  const sizes = Object.fromEntries(photos.map((address) => [address, run.kept.sizes[address]]));
  const bytes = Object.values(sizes).reduce((sum, one) => sum + one, 0);
  const facts = { version, at: Date.now(), tickets: tickets.length, open: pack.tickets.length, patrol: pack.patrol, photos: photos.length, bytes };
  if ((await fact("person")) !== person) return; // signed out meanwhile
  await setFact(`kept:${person}`, { ...facts, pages, sizes });
  tell({ keeping: { done: true, ...facts } });
}

async function begun(person, kept) {
  const [files, pages, photos, tiles] = await Promise.all(
    [FILES, ...["pages", "photos", "tiles"].map((kind) => shelf(person, kind))].map((name) => caches.open(name)),
  );
  return { person, kept, files, pages, photos, tiles, done: 0, of: 0, since: Date.now(), told: 0 };
}

async function got(address, accept = "*/*") {
  const answer = await fetch(address, { headers: { Accept: accept }, priority: "low" });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status} ${address}`);
  return answer;
}

/** A page of this person's own; throws where another has come in meanwhile. */
async function page(run, address) {
  const answer = await got(address, "text/html");
  const html = await answer.clone().text();
  if (!html.includes(run.person)) throw new Error("another person");
  const headers = { "Content-Type": "text/html; charset=utf-8", Date: new Date().toUTCString() };
  for (const name of ["Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "Referrer-Policy"]) {
    if (answer.headers.has(name)) headers[name] = answer.headers.get(name);
  }
  await run.pages.put(address, new Response(html, { headers }));
  return html;
}

/** The list, page by page as far as it goes on: by address, their HTML. */
async function listPages(run) {
  const lists = {};
  for (let next = LIST; next && Object.keys(lists).length < MOST_LISTS; next = nextIn(lists[next])) {
    lists[next] = await page(run, next);
  }
  return lists;
}

async function ticketPage(run, ticket) {
  const known = run.kept.pages[ticket.number];
  if (known?.tag !== ticket.tag || !(await run.pages.match(pathOf(ticket)))) {
    const html = await page(run, pathOf(ticket));
    run.kept.pages[ticket.number] = { tag: ticket.tag, photos: photosIn(html) };
  }
  step(run);
}

async function photosOf(run, tickets, list) {
  const large = tickets.flatMap(({ number }) => run.kept.pages[number].photos);
  const all = [...new Set([...photosIn(list), ...large])];
  const limits = { most: MOST_PHOTOS, bytes: MOST_PHOTO_BYTES };
  const wanted = fitting(all, run.kept.sizes, limits);
  run.of += wanted.length;
  await inTurn(wanted, async (address) => {
    run.kept.sizes[address] ??= 0;
    run.kept.sizes[address] = (await whole(run, run.photos, address)) ?? run.kept.sizes[address];
  });
  return fitting(wanted, run.kept.sizes, limits);
}

/** Puts it there unless it is; gives its bytes where it was fetched. What is not there is left out. */
async function whole(run, cache, address) {
  step(run);
  if (await cache.match(address)) return null;
  const answer = await fetch(address, { priority: "low" });
  if (answer.status >= 500) throw new Error(`${answer.status} ${address}`);
  if (!answer.ok || answer.redirected) return 0;
  const data = await answer.blob();
  const body = answer.status === 204 ? null : data;
  await cache.put(address, new Response(body, { status: answer.status, headers: { "Content-Type": data.type } }));
  return data.size;
}

function step(run) {
  run.done += 1;
  if (Date.now() - run.told < TELL_MS) return;
  run.told = Date.now();
  tell({ keeping: { kept: run.done, of: run.of, since: run.since } });
}

async function clear(cache, wanted) {
  const keep = new Set(wanted.map((address) => new URL(address, location.origin).href));
  for (const request of await cache.keys()) if (!keep.has(request.url)) await cache.delete(request);
}

async function inTurn(all, job) {
  const left = [...all];
  const one = async () => {
    while (left.length) await job(left.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

function pathOf({ number }) {
  return `/crew/tickets/${number}`;
}
