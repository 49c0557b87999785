// Every page of a crew: its phone can work without signal.
import { choose } from "./ask.js";
import { clock, lostOf, showBar } from "./bar.js";
import { hear } from "./channel.js";
import { keepForms } from "./forms.js";
import { showPatrol } from "./patrol.js";
import { acts, setFact } from "./store.js";

const AGAIN_MS = 15_000;
const person = document.querySelector('meta[name="michi-person"]')?.content;

if (person && "serviceWorker" in navigator && "locks" in navigator && "indexedDB" in globalThis) begin();

async function begin() {
  showBar(person);
  showPatrol(person);
  keepForms(person, ask);
  letLeave();
  hear(({ state }) => state === "ended" && location.assign("/sign-in"));
  try {
    await navigator.serviceWorker.register("/crew/sw.js", { type: "module", scope: "/crew/", updateViaCache: "none" });
  } catch (refused) {
    console.warn("no service worker", refused);
    return;
  }
  navigator.storage?.persist?.();
  navigator.serviceWorker.addEventListener("controllerchange", () => post({ wake: person })); // a new version
  await post({ wake: person });
  addEventListener("online", () => ask({ anyway: true }));
  document.addEventListener("visibilitychange", () => document.hidden || ask({ anyway: true }));
  setInterval(askIfDue, AGAIN_MS);
  await tellOfLosses();
}

/** What signing out takes is fetched once it is wanted. */
function letLeave() {
  document.querySelector('form[action="/sign-out"]')?.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const { leave } = await import("./leaving.js");
      await leave(person, ask);
    } catch {
      await choose("サインアウトできません", ["電波の届く所で、画面を開き直してから、もう一度押してください。"], [["", "分かりました", "main"]]);
    }
  });
}

async function post(what) {
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage(what);
}

/** Leads to a try to send, now and, where browsers can, once the signal is back and no page is open. */
export async function ask({ anyway = false } = {}) {
  const ready = await navigator.serviceWorker.ready;
  ready.sync?.register("michi-send").catch(() => {}); // takes its time, or is refused
  ready.active.postMessage({ send: anyway });
}

async function askIfDue() {
  if (document.hidden || !navigator.onLine) return;
  if ((await acts(person)).some((act) => act.state === "waiting" && act.after < Date.now())) await ask();
}

async function tellOfLosses() {
  const lost = await lostOf(person);
  if (!lost.length) return;
  const words = lost.map(({ number, what, at }) => `${number ?? ""} ${what}(${clock(at)})`);
  await choose("送れないまま消えたものがあります", ["14日以上サーバーにつながらなかったため、この電話から消しました。", ...words], [["", "分かりました", "main"]]);
  await setFact(`lost:${person}`, undefined);
}
