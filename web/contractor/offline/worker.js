// The service worker of contractors' pages: from the network, else as this phone saw them last.

const FILES = "michi-orders-files";
const LINK = "michi-orders-link";
const ACCOUNT = "michi-orders-account";
const MOST_MS = 14 * 86_400_000;
const PATIENCE_MS = 6_000;
const MOST_PICTURES = 200;
const OVER = [401, 403, 404, 410];
const PAGE = /^(?:\/order\/[^/]+|\/contractor\/(?:orders\/\d+)?)$/;
const PICTURE = /\/photos\/\d+\/(?:small|large)$/;
const FILE = /^\/static\/[0-9a-f]{12}\//;

addEventListener("install", (event) => event.waitUntil(caches.delete(FILES).then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(keep(event.data)));
addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== location.origin) return;
  if (event.request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(page(event.request, pathname));
  else if (FILE.test(pathname)) event.respondWith(file(event.request));
  else if (PICTURE.test(pathname)) event.respondWith(fetch(event.request).catch(async () => (await onPhone(pathname)) ?? Response.error()));
});

const shelf = (pathname) => caches.open(pathname.startsWith("/order/") ? LINK : ACCOUNT);

async function page(request, pathname) {
  const asked = fetch(request);
  asked.then((answer) => noted(pathname, answer.clone())).catch(() => {});
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  const answer = await Promise.race([asked, late]).catch(() => null);
  if (answer && answer.status < 500) return answer;
  return (await onPhone(pathname)) ?? answer ?? asked;
}

/** What may be seen no longer lies here no longer. */
async function noted(pathname, answer) {
  const cache = await shelf(pathname);
  const isOver = OVER.includes(answer.status) || answer.redirected || answer.type === "opaqueredirect";
  if (answer.status === 200 && !answer.redirected) return put(cache, pathname, answer);
  if (!isOver) return;
  const below = new URL(pathname.replace(/\/?$/, "/"), location.origin).href;
  for (const { url } of await cache.keys()) if (url.startsWith(below) || new URL(url).pathname === pathname) await cache.delete(url);
}

async function put(cache, pathname, answer) {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", String(Date.now()));
  for (const name of ["Set-Cookie", "Content-Encoding", "Content-Length"]) headers.delete(name);
  await cache.put(pathname, new Response(await answer.blob(), { headers }));
}

async function onPhone(pathname) {
  const cache = await shelf(pathname);
  const found = await cache.match(pathname);
  if (!found) return undefined;
  if (Date.now() - Number(found.headers.get("X-Kept-At")) <= MOST_MS) return found;
  await cache.delete(pathname);
  return undefined;
}

async function file(request) {
  const cache = await caches.open(FILES);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

/** A page that has come before this worker was there. */
async function keep({ page: pathname, pictures, files }) {
  const cache = await shelf(pathname);
  const answer = await fetch(pathname, { headers: { Accept: "text/html" } });
  await noted(pathname, answer);
  for (const address of files) await file(new Request(address));
  const wanted = new Set(pictures.slice(0, MOST_PICTURES).map((one) => new URL(one).pathname).filter((one) => PICTURE.test(one)));
  const below = pathname.replace(/\/?$/, "/");
  for (const { url } of await cache.keys()) {
    const kept = new URL(url).pathname;
    if (kept.startsWith(`${below}photos/`) && !wanted.has(kept)) await cache.delete(url);
  }
  for (const one of wanted) {
    if (await cache.match(one)) continue;
    const picture = await fetch(one).catch(() => null);
    if (picture?.ok) await put(cache, one, picture);
  }
}
