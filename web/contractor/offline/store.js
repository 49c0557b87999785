// What is kept on this phone, in IndexedDB, which survives a killed browser: forms that are not sent yet, and what
// was done and waits for the signal. Each is of one person, or of one link, and no other is shown it.
import { BROWSER, kept as noted } from "../../kit/storage.js";

const MOST_MS = 14 * 86_400_000;
export const PERSON = "michi-orders-person"; // in the browser's storage: who signed in here last
const isLink = (whose) => whose.startsWith("/order/");
const named = (whose, action) => `${whose} ${action}`;

/** What was kept of their form with this action, if it is not too old. */
export async function kept(whose, action) {
  const left = await asked("reports", "readonly", (store) => store.get(named(whose, action)));
  const isOld = left && Date.now() - left.at > MOST_MS;
  if (isOld) await keep(whose, action, undefined);
  return isOld ? undefined : left;
}

/** Keeps this of their form; undefined forgets it. */
export async function keep(whose, action, state) {
  const name = named(whose, action);
  if (!state) return asked("reports", "readwrite", (store) => store.delete(name));
  const shots = await copies(state.shots);
  return asked("reports", "readwrite", (store) => store.put({ ...state, shots, at: Date.now() }, name));
}

/** Keeps what was done; gives its id once it is on the disk. Throws QuotaExceededError. */
export async function add(act) {
  const shots = await copies(act.shots);
  return asked("acts", "readwrite", (store) => store.add({ ...act, shots }));
}

/** What waits of this person or link, in the order in which it was done. What is too old goes, and is "lost": that it
 *  was, is shown until somebody has seen it. */
export async function acts(whose) {
  const all = await asked("acts", "readonly", (store) => store.getAll());
  for (const act of all) {
    if (act.state === "lost" || Date.now() - act.at <= MOST_MS) continue;
    Object.assign(act, { state: "lost", shots: [], fields: [], sentence: "" });
    await change(act.id, act);
  }
  return all.filter((act) => act.whose === whose);
}

/** The pages of other links on which something waits, which no page of this link sends. */
export async function elsewhere(whose) {
  if (!isLink(whose)) return [];
  const all = await asked("acts", "readonly", (store) => store.getAll());
  const unsent = all.filter((act) => isLink(act.whose) && act.whose !== whose && act.state !== "lost");
  return [...new Set(unsent.map((act) => act.whose))];
}

/** As it is now; undefined once it has been sent or taken back. */
export function actOf(id) {
  return asked("acts", "readonly", (store) => store.get(id));
}

export async function change(id, facts) {
  const act = await actOf(id);
  if (act) await asked("acts", "readwrite", (store) => store.put({ ...act, ...facts }));
}

export function remove(id) {
  return asked("acts", "readwrite", (store) => store.delete(id));
}

/** Everything of this person: forms of their pages and what waits. */
export async function forget(whose) {
  for (const { id } of await acts(whose)) await remove(id);
  const names = await asked("reports", "readonly", (store) => store.getAllKeys());
  const theirs = names.filter((name) => name.startsWith(named(whose, "")));
  for (const name of theirs) await asked("reports", "readwrite", (store) => store.delete(name));
}

/** Their bytes: what a camera has lent may be away before the page is back. */
function copies(shots) {
  return Promise.all(shots.map(async (shot) => ({ ...shot, blob: new Blob([await shot.blob.arrayBuffer()], { type: shot.blob.type }) })));
}

let opening;
function opened() {
  opening ??= new Promise((done, failed) => {
    const request = indexedDB.open("michi-orders", 3);
    request.onupgradeneeded = () => {
      const made = request.result.objectStoreNames;
      if (!made.contains("acts")) request.result.createObjectStore("acts", { keyPath: "id", autoIncrement: true });
      if (made.contains("reports")) giveToWhose(request.transaction.objectStore("reports"));
      else request.result.createObjectStore("reports");
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opening = undefined;
      };
      done(request.result);
    };
    request.onerror = () => failed(request.error);
  });
  return opening;
}

/** Before version 3 a form was named by its action alone: a link's says whose it is, and one of an account is of who
 *  signed in last. */
function giveToWhose(reports) {
  const person = noted(PERSON, BROWSER);
  reports.openCursor().onsuccess = ({ target: { result: cursor } }) => {
    if (!cursor) return;
    const action = String(cursor.key);
    const whose = isLink(action) ? action.replace(/\/items\/.*/, "") : person;
    if (action.startsWith("/") && whose && !action.includes(" ")) reports.put(cursor.value, named(whose, action));
    if (!action.includes(" ")) cursor.delete();
    cursor.continue();
  };
}

async function asked(name, mode, ask) {
  const write = (await opened()).transaction(name, mode, { durability: "strict" });
  return new Promise((done, failed) => {
    const request = ask(write.objectStore(name));
    write.oncomplete = () => done(request.result);
    write.onabort = write.onerror = () => failed(write.error ?? request.error);
  });
}
