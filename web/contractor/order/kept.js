// What waits to be sent, kept on this phone: it outlives a page that the phone drops while its camera is open.

const MOST_MS = 14 * 86_400_000;

/** What was kept under this name, if it is not too old. */
export async function kept(name) {
  const left = await asked("readonly", (store) => store.get(name));
  const isOld = left && Date.now() - left.at > MOST_MS;
  if (isOld) await keep(name, undefined);
  return isOld ? undefined : left;
}

/** Keeps this; undefined forgets it. */
export async function keep(name, state) {
  if (!state) return asked("readwrite", (store) => store.delete(name));
  const shots = await Promise.all(state.shots.map(async (shot) => ({ ...shot, blob: await copied(shot.blob) })));
  return asked("readwrite", (store) => store.put({ ...state, shots, at: Date.now() }, name));
}

/** Its bytes: what a camera has lent may be away before the page is back. */
async function copied(blob) {
  return new Blob([await blob.arrayBuffer()], { type: blob.type });
}

let opening;
function opened() {
  opening ??= new Promise((done, failed) => {
    const request = indexedDB.open("michi-orders", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("reports");
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
  return opening;
}

async function asked(mode, ask) {
  const store = (await opened()).transaction("reports", mode).objectStore("reports");
  return new Promise((done, failed) => {
    const request = ask(store);
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}
