// What is kept on this phone, in IndexedDB, which survives a killed browser: forms that are not sent yet, and what
// was done and waits for the signal.

const MOST_MS = 14 * 86_400_000;

/** The form that was kept under this name, if it is not too old. */
export async function kept(name) {
  const left = await asked("reports", "readonly", (store) => store.get(name));
  const isOld = left && Date.now() - left.at > MOST_MS;
  if (isOld) await keep(name, undefined);
  return isOld ? undefined : left;
}

/** Keeps this of a form; undefined forgets it. */
export async function keep(name, state) {
  if (!state) return asked("reports", "readwrite", (store) => store.delete(name));
  const shots = await copies(state.shots);
  return asked("reports", "readwrite", (store) => store.put({ ...state, shots, at: Date.now() }, name));
}

/** Keeps what was done; gives its id once it is on the disk. Throws QuotaExceededError. */
export async function add(act) {
  const shots = await copies(act.shots);
  return asked("acts", "readwrite", (store) => store.add({ ...act, shots }));
}

/** What waits of this person or link, in the order in which it was done; what is too old goes. */
export async function acts(whose) {
  const all = await asked("acts", "readonly", (store) => store.getAll());
  const old = all.filter(({ at }) => Date.now() - at > MOST_MS);
  for (const { id } of old) await remove(id);
  return all.filter((act) => act.whose === whose && !old.includes(act));
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
export async function forget(whose, below) {
  for (const { id } of await acts(whose)) await remove(id);
  const names = await asked("reports", "readonly", (store) => store.getAllKeys());
  for (const name of names) if (name.startsWith(below)) await keep(name, undefined);
}

/** Their bytes: what a camera has lent may be away before the page is back. */
function copies(shots) {
  return Promise.all(shots.map(async (shot) => ({ ...shot, blob: new Blob([await shot.blob.arrayBuffer()], { type: shot.blob.type }) })));
}

let opening;
function opened() {
  opening ??= new Promise((done, failed) => {
    const request = indexedDB.open("michi-orders", 2);
    request.onupgradeneeded = () => {
      const made = request.result.objectStoreNames;
      if (!made.contains("reports")) request.result.createObjectStore("reports");
      if (!made.contains("acts")) request.result.createObjectStore("acts", { keyPath: "id", autoIncrement: true });
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

async function asked(name, mode, ask) {
  const write = (await opened()).transaction(name, mode, { durability: "strict" });
  return new Promise((done, failed) => {
    const request = ask(write.objectStore(name));
    write.oncomplete = () => done(request.result);
    write.onabort = write.onerror = () => failed(write.error ?? request.error);
  });
}
