// Everything this page asks of the platform: plain calls under /_platform.

const BASE = new URL("../_platform/", location.href);

async function call(method, path, body) {
  const form = body instanceof FormData;
  const answer = await fetch(new URL(path, BASE), {
    method,
    headers: body && !form ? { "content-type": "application/json" } : {},
    body: form ? body : body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(reason(text) ?? `${answer.status}`);
  return text ? JSON.parse(text) : null;
}

const IN_WORDS = {
  "this person has blocked the account": "ブロック中です。解除すると送れます。",
  "a message can be unsent within 24 hours only": "取り消せるのは送ってから24時間以内です。",
};

function reason(text) {
  try {
    const told = JSON.parse(text).message ?? null;
    return IN_WORDS[told] ?? told;
  } catch {
    return null;
  }
}

const of = (userId, what) => `people/${encodeURIComponent(userId)}/${what}`;

export const people = () => call("GET", "people");
export const addPerson = (person) => call("POST", "people", person);
export const changePerson = (userId, changes) => call("PATCH", `people/${userId}`, changes);
export const timeline = (userId, after = 0) => call("GET", of(userId, `timeline?after=${after}`));
export const richMenu = (userId) => call("GET", of(userId, "richmenu"));
export const pictures = () => call("GET", "pictures");
export const pictureUrl = (file) => new URL(`pictures/${encodeURIComponent(file)}`, BASE).href;

/** Send as this person: what is text, location, postback, sticker, video, audio, unsend, follow… */
export const send = (userId, what, body = {}) => call("POST", of(userId, what), body);

/** Send one photo, or several at once as one image set. `files` are File or Blob with a name. */
export function sendPhotos(userId, files) {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  return call("POST", of(userId, "photos"), form);
}

export function sendFile(userId, file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return call("POST", of(userId, "file"), form);
}

/**
 * Follow this person's talk until `close()` of the answer. `hear` holds one function for each kind:
 * message(entry), unsent(entry), read({messageId}), loading({seconds}), menu(), undelivered({status, error}),
 * reset(), open().
 */
export function listen(userId, hear) {
  const source = new EventSource(new URL(`events?userId=${encodeURIComponent(userId)}`, BASE));
  for (const [kind, act] of Object.entries(hear)) {
    source.addEventListener(kind, (event) => act(event.data && JSON.parse(event.data)));
  }
  return source;
}

export const deliveries = () => call("GET", "deliveries");
export const delivery = () => call("GET", "delivery");
export const setDelivery = (changes) => call("POST", "delivery", changes);
export const flush = () => call("POST", "delivery/flush", {});
export const turnClock = (seconds) => call("POST", "clock", { advance: seconds });
export const orderFault = (fault) => call("POST", "faults", fault);
export const setContent = (behaviour) => call("POST", "content", behaviour);
export const setQuota = (limit) => call("POST", "quota", { limit });
export const reset = () => call("POST", "reset", { keepMenus: true });
