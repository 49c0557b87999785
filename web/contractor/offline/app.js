// Every page of a contractor: what was done without signal is shown, and sent once it is back.
import { BROWSER, keep, kept } from "../../kit/storage.js";
import { sayInBar, showBar } from "./bar.js";
import { send, whose } from "./send.js";
import { PERSON, acts, forget } from "./store.js";

const AGAIN_MS = 15_000;
const ACCOUNT = "michi-orders-account"; // as worker.js has it
const hasAccount = !whose.startsWith("/order/");
let state = "idle";

if ("locks" in navigator && "indexedDB" in globalThis) begin();

async function begin() {
  await another();
  await showBar(state, ask);
  for (const name of ["online", "offline"]) addEventListener(name, () => ask({ anyway: true }));
  document.addEventListener("visibilitychange", () => document.hidden || ask({ anyway: true }));
  document.addEventListener("orders-kept", ({ detail }) => showBar((state = detail), ask));
  document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", leave);
  setInterval(ask, AGAIN_MS);
  ask({ anyway: true });
  keepPage().catch(() => {}); // without a service worker it works while it is open
}

/** Sends what waits, and shows what that has led to: the page as it is now, unless somebody is writing. */
async function ask({ anyway = false } = {}) {
  const before = await acts(whose).catch(() => []);
  if (before.length && navigator.onLine) state = await send({ anyway, say: sayInBar, settled: () => showBar(state, ask) });
  const left = await showBar(state, ask);
  const isWriting = document.querySelector("details[open] form.has-photo, :is(input, textarea, select):focus, form[data-sending]");
  if (left.length < before.length && !isWriting) location.reload();
}

/** Another person's pages are not theirs to see. */
async function another() {
  if (!hasAccount || !("caches" in globalThis)) return;
  if (kept(PERSON, BROWSER) !== whose) await caches.delete(ACCOUNT);
  keep(PERSON, whose, BROWSER);
}

async function leave(event) {
  event.preventDefault();
  const many = (await acts(whose).catch(() => [])).filter(({ state: its }) => its !== "lost").length;
  if (many && !confirm(`送信待ちが ${many}件 あります。サインアウトすると消えて、戻せません。サインアウトしますか。`)) return;
  const onward = await signedOut(new URLSearchParams(new FormData(event.target)));
  if (!onward) return alert("サインアウトできませんでした。電波の届く所で、もう一度押してください。");
  await forget(whose).catch(() => {});
  await globalThis.caches?.delete(ACCOUNT);
  location.assign(onward);
}

/** Where to go on, once the session is over on the server, or "". */
async function signedOut(body) {
  try {
    const { type, ok, headers } = await fetch("/sign-out", { method: "POST", body, redirect: "manual" });
    if (type === "opaqueredirect") return "/sign-in";
    return ok ? (headers.get("refresh")?.replace(/^0; url=/, "") ?? "/sign-in") : "";
  } catch {
    return "";
  }
}

/** The page, its pictures and its files lie on the phone from now on. */
async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  const scope = hasAccount ? "/contractor/" : "/order/";
  const made = await navigator.serviceWorker.register("/contractor/sw.js", { type: "module", scope, updateViaCache: "none" });
  navigator.storage?.persist?.();
  const worker = made.active ?? (await activated(made.installing ?? made.waiting));
  const pictures = [...document.querySelectorAll("img[src]")].map(({ src }) => src);
  const drawings = [...document.querySelectorAll("use")].map((one) => new URL(one.getAttribute("href"), location.href).href.split("#")[0]);
  const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
  const files = [...new Set([...loaded, ...drawings])].filter((name) => name.includes("/static/"));
  if (navigator.onLine) worker.postMessage({ page: location.pathname, pictures, files });
}

function activated(worker) {
  return new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done(worker)));
}
