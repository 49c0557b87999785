// What was done on the phone goes to the server: each act once and in its order, whoever is asked to.
import { meaning } from "./answers.js";
import { tell } from "./channel.js";
import { forget, stand } from "./person.js";
import { acts, change, fact, filesOf, remove, setFact } from "./store.js";
import { next, pause } from "./turns.js";

const PATIENCE_MS = 120_000;
const MOST_SENT = 30;

/** Sends what may go now; `anyway`: also what rests after a failure. Gives how it stands then. */
export function send({ anyway = false } = {}) {
  return navigator.locks.request("michi-send", async () => {
    const state = await sendAll(anyway);
    tell({ state, acts: true });
    return state;
  });
}

async function sendAll(anyway) {
  const person = await fact("person");
  const waiting = person ? await acts(person) : [];
  if (!waiting.some((act) => act.state === "waiting")) return "idle";
  let here = await stand(person);
  const tried = new Set();
  let stale = 0;
  while (here.is === "here") {
    const act = next(await acts(person), anyway ? null : Date.now(), tried);
    if (!act) return "idle";
    tell({ sending: act.id });
    const answer = await post(act, here.csrf);
    if (answer.is === "signed-out" || (answer.is === "stale" && !stale++)) {
      here = await stand(person);
      if (answer.is === "signed-out" && here.is === "here") return "away";
      continue;
    }
    stale = 0;
    tried.add(act.id);
    await settle(person, act, answer);
    tell({ acts: true });
    if (answer.is === "away") return "away";
  }
  if (here.is === "ended") await forget(person);
  return here.is;
}

async function post(act, csrf) {
  const body = new FormData();
  body.append("csrf", csrf);
  for (const [name, value] of act.fields) body.append(name, value);
  const files = await filesOf(act.id);
  act.files.forEach(({ field, name }, place) => body.append(field, files[place], name));
  try {
    const answer = await fetch(act.action, {
      method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const elsewhere = answer.type === "opaqueredirect";
    return meaning({ status: answer.status, elsewhere, text: elsewhere ? "" : await answer.text() });
  } catch {
    return { is: "away", sentence: "電波が届いていません。届いたら自動で送ります。" };
  }
}

async function settle(person, act, answer) {
  if (answer.is === "done") {
    const sent = (await fact(`sent:${person}`)) ?? [];
    const { number, what, at } = act;
    await remove(act.id);
    const kept = await fact(`kept:${person}`);
    if (kept) await setFact(`kept:${person}`, { ...kept, isOld: true }); // the list is another one now
    return setFact(`sent:${person}`, [{ number, what, at, sent: Date.now() }, ...sent].slice(0, MOST_SENT));
  }
  const { sentence, status, reason } = answer;
  if (answer.is === "away" || answer.is === "later") {
    const tries = act.tries + 1;
    return change(act.id, { tries, after: Date.now() + pause(tries, Math.random()), sentence });
  }
  const state = answer.is === "stale" ? "refused" : answer.is;
  return change(act.id, { state, sentence, status, reason, now: await asItIs(act) });
}

/** How the ticket stands on the server; null where it cannot be seen. */
export async function asItIs({ number }) {
  if (!number) return null;
  try {
    const answer = await fetch(`/crew/offline/tickets/${number}`, { cache: "no-store", headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
