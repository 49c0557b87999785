// What waits on this phone, and what it knows of itself: in IndexedDB, which survives a killed browser.
import { openDB } from "../../idb/index.js";

const NAME = "michi-crew";
const VERSION = 1;
const SAFELY = { durability: "strict" };
let opening = null;

function db() {
  opening ??= openDB(NAME, VERSION, {
    upgrade(made) {
      made.createObjectStore("acts", { keyPath: "id", autoIncrement: true });
      made.createObjectStore("files");
      made.createObjectStore("facts");
    },
    blocking: forget,
    terminated: () => (opening = null),
  }).catch((broken) => {
    opening = null;
    throw broken;
  });
  return opening;
}

async function forget() {
  const open = await opening;
  opening = null;
  open?.close();
}

/** Keeps an act with its files, and gives its id once it is on the disk. Throws QuotaExceededError. */
export async function add(act, files) {
  const write = (await db()).transaction(["acts", "files"], "readwrite", SAFELY);
  const done = write.done;
  done.catch(() => {}); // is awaited below, unless a request of it has failed before
  try {
    const id = await write.objectStore("acts").add(act);
    for (const [place, file] of files.entries()) await write.objectStore("files").put(file, [id, place]);
    await done;
    return id;
  } catch (broken) {
    abort(write);
    throw broken;
  }
}

function abort(write) {
  try {
    write.abort();
  } catch {
    // it is over already
  }
}

/** A person's acts in the order in which they were done. */
export async function acts(person) {
  return (await allActs()).filter((act) => act.person === person);
}

/** Of everybody who has used this phone: to be counted and cleared, not to be shown. */
export async function allActs() {
  return (await db()).getAll("acts");
}

/** The act of this id as it is now; undefined once it has been sent or discarded. */
export async function actOf(id) {
  return (await db()).get("acts", id);
}

export async function filesOf(id) {
  return (await db()).getAll("files", IDBKeyRange.bound([id, 0], [id, Infinity]));
}

/** Changes these facts of an act that still waits; gives it as it is now, or undefined. */
export async function change(id, facts) {
  const write = (await db()).transaction("acts", "readwrite", SAFELY);
  const act = await write.store.get(id);
  if (act) await write.store.put(Object.assign(act, facts));
  await write.done;
  return act;
}

export async function remove(id) {
  const write = (await db()).transaction(["acts", "files"], "readwrite", SAFELY);
  await write.objectStore("acts").delete(id);
  await write.objectStore("files").delete(IDBKeyRange.bound([id, 0], [id, Infinity]));
  await write.done;
}

export async function fact(name) {
  return (await db()).get("facts", name);
}

export async function setFact(name, value) {
  const store = await db();
  return value === undefined ? store.delete("facts", name) : store.put("facts", value, name);
}

export async function factNames() {
  return (await db()).getAllKeys("facts");
}
