// The crew's service worker: pages from the network, else from the phone; and it sends what waits.
import "../../workbox/workbox-core.js";
import "../../workbox/workbox-routing.js";
import "../../workbox/workbox-strategies.js";
import { tell } from "./channel.js";
import { keep } from "./keep.js";
import { ARRIVING, FILES, becomes, forgetEnded, forgetOld, shelf } from "./person.js";
import { send } from "./send.js";
import { fact } from "./store.js";

const { registerRoute } = globalThis.workbox.routing;
const { CacheFirst, NetworkOnly } = globalThis.workbox.strategies;
const soon = new NetworkOnly({ networkTimeoutSeconds: 6 });

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("sync", (event) => event.tag === "michi-send" && event.waitUntil(sendOrFail()));
addEventListener("message", (event) => event.waitUntil(asked(event.data)));

registerRoute(({ request, url }) => request.mode === "navigate" && url.pathname.startsWith("/crew/"), shown);
registerRoute(({ request, url }) => url.pathname === "/crew/" && url.searchParams.has("after") && request.destination === "", more);
registerRoute(({ url }) => /^\/static\/[0-9a-f]{12}\//.test(url.pathname), new CacheFirst({ cacheName: FILES }));
registerRoute(({ url }) => url.pathname.startsWith("/staff/photos/"), ({ request }) => kept("photos", request));
registerRoute(({ url }) => url.pathname.startsWith("/map/city/"), ({ request }) => kept("tiles", request));
registerRoute(({ sameOrigin, request }) => !sameOrigin && request.destination !== "document", ({ request }) => kept("tiles", request));

async function asked({ wake, send: anyway }) {
  if (anyway !== undefined) return send({ anyway }).then(keep);
  await forgetOld();
  await becomes(wake);
  if (await forgetEnded()) return tell({ state: "ended" });
  await send();
  await keep();
}

/** Fails while anything waits for the signal, so that the browser asks again once it is back. */
async function sendOrFail() {
  if ((await send({ anyway: true })) === "away") throw new Error("no signal");
}

async function shown({ request, event }) {
  try {
    const answer = await soon.handle({ request, event });
    return answer.status < 500 ? answer : ((await keptPage(request)) ?? answer);
  } catch {
    return (await keptPage(request)) ?? fetch(request).catch(() => elsewhere(request));
  }
}

/** How a list goes on, which its own script asks for. */
async function more({ request }) {
  return fetch(request).catch(async () => (await onPhone(request.url)) ?? Response.error());
}

async function onPhone(address) {
  await forgetOld();
  if (await caches.has(ARRIVING)) return undefined; // whose pages these are is not known yet
  const person = await fact("person");
  return person && (await caches.open(shelf(person, "pages"))).match(address);
}

async function keptPage(request) {
  const found = (await onPhone(request.url)) ?? (await onPhone(new URL(request.url).pathname));
  if (!found) return null;
  const at = found.headers.get("Date");
  const html = (await found.text()).replace("<body ", `<body data-kept="${new Date(at).toISOString()}" `);
  return new Response(html, { headers: found.headers });
}

/** A page that is not on the phone: one that is says so. */
function elsewhere(request) {
  const { pathname } = new URL(request.url);
  if (pathname === "/crew/waiting") return Response.error();
  return Response.redirect(`/crew/waiting?missing=${encodeURIComponent(pathname)}`);
}

async function kept(kind, request) {
  const person = (await caches.has(ARRIVING)) ? null : await fact("person");
  const cache = person && (await caches.open(shelf(person, kind)));
  return (cache && (await cache.match(request))) ?? fetch(request);
}
