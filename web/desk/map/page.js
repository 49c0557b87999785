// The desk's first screen: a page of the list, then every four seconds what has changed in it.
import { $ } from "../../kit/dom.js";
import { keep } from "../../kit/storage.js";
import { drawCity } from "../../maps/city_map.js";
import { drawLegend } from "../../maps/pins.js";
import { alertOf } from "../../kit/alert.js";
import { letChoose, sayAll } from "./choosing.js";
import * as conditions from "./conditions.js";
import { asked, SIGNED_OUT, ticketWith } from "./asked.js";
import { countAnew, countSoon, MOST_COUNTED } from "./counts.js";
import { sayHead, sayMissing } from "./head.js";
import { listKeys } from "./keys.js";
import { drawList } from "./list.js";
import { announce, LOST, sayConnection, SIGN_IN } from "./said.js";
import { changed } from "./lines.js";
import { ticketPins } from "./pins.js";
import { keepPlace, placeBefore } from "./place.js";
import { hasStart, sayKept, sayView } from "./views.js";

const EVERY_MS = 4000;
const UNSEEN_MS = 60_000; // behind other windows: for the number in the title, and for who wants to hear
const FRESH_FOR_MS = 120_000;
const FEW = 25;
const AT_ONCE = 50; // as web/desk/map/routes.py
const TYPED_FOR_MS = 300;

const box = $("tickets");
const filters = $("filters");
const field = filters.elements.q;
const more = $("more");
const closedToo = $("closed-too");
const rarer = $("rarer");
const lines = $("lines");
const state = { moment: null, day: "", words: "", newest: 0, memos: 0, unread: 0, attention: 0, noted: [], late: [], lates: 0, whole: true, more: false, count: 0, known: new Set(), fresh: new Map(), features: [], pins: null, asked: 0, paging: 0, failed: false, opens: false, unseen: false };
let typed = 0;
let waiting = 0;
let place = placeBefore(); // until the list stands there again

conditions.take(filters, location.search);
rarer.open = conditions.say(filters) > 0;
keepAddress();
sayKept();
filters.addEventListener("change", ({ target }) => {
  if (target.name === "status") conditions.tidy(filters, target);
  if (target !== field) startAnew();
});
filters.elements.sort.addEventListener("change", () => startAnew());
for (const details of [$("statuses"), $("keep"), $("bulk")]) conditions.closeWhenLeft(details);
filters.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("input", (event) => event.isComposing || soon());
field.addEventListener("compositionend", soon);
field.addEventListener("keydown", ({ key, isComposing }) => {
  if (key === "Enter" && !isComposing) startAnew({ opens: field.value.trim() });
});
$("no-filters").addEventListener("click", () => {
  conditions.reset(filters);
  rarer.querySelector("summary").focus();
  startAnew();
});
closedToo.addEventListener("click", () => {
  conditions.takeClosed(filters);
  field.focus();
  startAnew();
});
listKeys(box, field, $("keys-help"));
document.addEventListener("visibilitychange", () => {
  clearTimeout(waiting);
  if (!document.hidden && state.unseen) showOnMap();
  keepAsking();
});
more.addEventListener("click", showMore);
const looksAtMore = new IntersectionObserver((seen) => seen.at(-1).isIntersecting && !place && showMore());
for (const [event, on] of [["mouseover", true], ["focusin", true], ["mouseout", false], ["focusout", false]]) {
  box.addEventListener(event, (happened) => point(on ? happened.target.closest("li[data-number]") : null));
}

drawLegend($("legend"));
const map = drawCity($("map"));
letChoose(box, { query: wanted, map });
map?.on("load", () => {
  const [tones, open] = [$("map").dataset.tones, $("map").dataset.open].map((words) => JSON.parse(words));
  state.pins = ticketPins(map, { query: wanted(), tones, open, ticketOf, sortFrom: (point) => conditions.isNear(filters) && sortFrom(point) });
  state.pins.from(conditions.pointOf(filters));
  if (place?.map) map.jumpTo(place.map);
  $("near-here").hidden = false;
  $("near-here").addEventListener("click", () => sortFrom(map.getCenter()));
});
keepPlace(() => ({
  many: state.features.length,
  number: document.activeElement?.closest("li[data-number]")?.dataset.number,
  list: box.scrollTop,
  page: scrollY,
  map: map && { center: map.getCenter(), zoom: map.getZoom() },
}));
if (place) history.scrollRestoration = "manual";
keepAsking();

async function keepAsking() {
  await ask();
  clearTimeout(waiting);
  waiting = setTimeout(keepAsking, document.hidden ? UNSEEN_MS : EVERY_MS);
}

/** What has changed since the list was read, or the list; not while its next page is on its way. */
async function ask() {
  if (state.moment && state.paging) return;
  const turn = ++state.asked;
  try {
    const told = await (state.moment ? asked("/staff/tickets/changes", wanted(), { since: state.moment, day: state.day, words: state.words }) : asked("/staff/tickets.geojson", wanted()));
    if (turn !== state.asked) return;
    if (told === SIGNED_OUT) return sayConnection(SIGN_IN);
    if (told?.anew) return anew();
    if (told) state.moment ? change(told) : begin(told);
    if (state.failed) showOnMap();
    state.failed = false;
    sayConnection("");
  } catch {
    state.failed = true;
    if (turn === state.asked) sayConnection(LOST);
  }
}

/** Everything from the beginning: what has changed since is too much to be told. */
function anew() {
  state.moment = null;
  return ask();
}

function begin({ features, ...rest }) {
  if (state.opens && features.length === 1) return location.assign(`/staff/tickets/${features[0].properties.number}`);
  const news = state.known.size ? features.filter(isNew) : [];
  Object.assign(state, rest, { features });
  note(features, news);
  if (place) return goBack();
}

/** To where the list was left: as many pages, the same ticket, the same line on top. */
async function goBack() {
  for (let before = 0; state.more && state.features.length < place.many && state.features.length > before; ) {
    before = state.features.length;
    await showMore();
  }
  const { number, list, page } = place;
  place = null;
  if (number) lines.querySelector(`li[data-number="${number}"] a`)?.focus({ preventScroll: true });
  box.scrollTop = list;
  scrollTo(0, page);
}

function change({ tickets, gone, ...rest }) {
  const news = tickets.filter(isNew);
  if (rest.unread > state.unread) alertOf("通報した人から返信がありました。");
  const places = placesOf(tickets, gone, news);
  const features = changed(state.features, tickets, gone, state.more || isCut());
  for (const number of gone) state.fresh.delete(number);
  Object.assign(state, rest, { features });
  if (isCut() && features.length < Math.min(AT_ONCE, state.count)) return anew();
  note(tickets, news, places);
  if (state.more && features.length < FEW) showMore();
}

/** Only the first of those near a point are shown. */
function isCut() {
  return conditions.isNear(filters) && state.count > state.features.length;
}

/** Where these tickets are and were; null where that is not known of each, as the list goes on behind what was read. */
function placesOf(tickets, gone, news) {
  const before = new Map(state.features.map(({ properties, geometry }) => [properties.number, geometry.coordinates]));
  const others = tickets.filter((ticket) => !news.includes(ticket)).map(({ properties }) => properties.number);
  const were = [...others, ...gone].map((number) => before.get(number));
  if ((state.more || isCut()) && !were.every(Boolean)) return null;
  return [...were.filter(Boolean), ...tickets.map(({ geometry }) => geometry.coordinates)];
}

function note(tickets, news, places = null) {
  for (const ticket of tickets) {
    const { number } = ticket.properties;
    const at = news.includes(ticket) ? Date.now() : state.fresh.get(number)?.at;
    if (at) state.fresh.set(number, { at, ticket });
    state.known.add(number);
  }
  draw(places);
  if (news.length) announce(news);
}

/** What may stand on a page that was not read yet is new only if it was filed since. */
function isNew({ properties: { number, rank } }) {
  return !state.known.has(number) && (!state.more || Math.abs(rank.at(-1)) > state.newest);
}

/**
 * The next page. An answer of `ask` that is on its way is dropped, for it may be older or newer than
 * the page; as the moment stays what it was, the next one tells all of it.
 */
async function showMore() {
  if (!state.moment || !state.more || state.paging) return;
  const turn = (state.paging = ++state.asked);
  try {
    const told = await asked("/staff/tickets.geojson", wanted(), { after: state.features.at(-1)?.properties.rank.join(",") ?? "" });
    if (turn !== state.asked) return;
    if (told === SIGNED_OUT) return sayConnection(SIGN_IN);
    const goesOn = document.activeElement === more;
    const features = changed(state.features, told.features, [], false);
    Object.assign(state, { features, more: told.more, count: told.count });
    note(told.features, []);
    if (goesOn) lines.querySelector(`li[data-number="${told.features[0]?.properties.number}"] a`)?.focus({ preventScroll: true });
  } catch {
    if (turn === state.asked) sayConnection(LOST);
  } finally {
    if (state.paging === turn) state.paging = 0;
  }
}

/** `places`: as of `placesOf`. */
function draw(places) {
  drawList(lines, state.features.map((feature) => feature.properties), fresh(), { whole: !state.more, typed: field.value, late: state.late.map(({ properties }) => properties), lates: state.lates, lateQuery });
  showOnMap(places);
  const left = state.count - state.features.length;
  const toldAll = state.count <= MOST_COUNTED;
  sayHead(state, MOST_COUNTED);
  sayAll($("count").textContent);
  sayMissing(state, conditions.isNear(filters) ? AT_ONCE : 0);
  $("save").href = `/staff/table?${wanted()}`;
  countSoon(wanted);
  more.hidden = !state.more;
  closedToo.hidden = !looksForClosed() || conditions.asksClosed(filters);
  looksAtMore.unobserve(more); // so that it is told where it is now, also where it was there before
  looksAtMore.observe(more);
  more.textContent = toldAll && left > 0 ? `続きを表示(あと${left}件)` : "続きを表示";
}

/** The same conditions, of what is closed and wants attention. */
function lateQuery() {
  const query = wanted();
  query.set("status", "closed");
  query.set("attention", "yes");
  return query;
}

function looksForClosed() {
  return field.value.trim() || ["closed_from", "closed_until"].some((name) => filters.elements[name].value);
}

/** Lists what is near a point of the map first. */
function sortFrom(point) {
  conditions.setPoint(filters, point);
  startAnew();
}

/** A map that nobody sees is drawn when they do. */
function showOnMap(places = null) {
  state.unseen = document.hidden;
  if (!state.unseen) state.pins?.show(wanted(), [...fresh().values()].map(({ ticket }) => ticket), state.noted, places);
}

/** What the list knows of this number, or what the city knows where the list is not long enough. */
function ticketOf(number) {
  return state.features.find(({ properties }) => properties.number === number)?.properties ?? ticketWith(number);
}

function soon() {
  clearTimeout(typed);
  typed = setTimeout(startAnew, TYPED_FOR_MS);
}

/** `opens`: the ticket that is found, if it is one. */
function startAnew({ opens = false } = {}) {
  clearTimeout(typed);
  if (!filters.reportValidity()) return;
  Object.assign(state, { moment: null, known: new Set(), paging: 0, opens });
  state.fresh.clear();
  place = null;
  countAnew();
  conditions.say(filters);
  const query = wanted();
  const none = hasStart() ? "?status=open" : location.pathname;
  history.replaceState(null, "", query.size ? `?${query}` : none);
  keepAddress();
  state.pins?.from(conditions.pointOf(filters));
  box.scrollTop = 0;
  ask();
}

/** For the menu of other screens, and for the views. */
function keepAddress() {
  keep("michi-list", location.search || "?status=open");
  sayView(wanted());
}

function wanted() {
  return conditions.asked(filters);
}

/** By number. */
function fresh() {
  const since = Date.now() - FRESH_FOR_MS;
  return new Map([...state.fresh].filter(([, { at }]) => at > since));
}

function point(item) {
  state.pins?.point(item && state.features.find(({ properties }) => properties.number === item.dataset.number));
}
