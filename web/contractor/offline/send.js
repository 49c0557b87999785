// What waits goes to the server: each act once by its key, those on one place in their order.
import { acts, change, remove } from "./store.js";

const PATIENCE_MS = 180_000;
const PAUSES_S = [5, 15, 30, 60]; // a phone may not tell that the signal is back
const AGAIN = [408, 425, 429];

/** Whose page this is: a person's, or that of a link. */
export const whose = document.querySelector('meta[name="michi-whose"]').content;
const place = ({ action }) => action.replace(/[^/]*$/, "");

/**
 * Sends what may go now, and gives how it stands then: "idle", "away" or "signed-out". `anyway`: also what rests
 * after a failure; `say(words, part)` hears how far one has come, of 1; `settled()` that one is over.
 */
export function send({ anyway = false, say = () => {}, settled = () => {} } = {}) {
  return navigator.locks.request("michi-orders-send", async () => {
    const held = new Set();
    for (const act of (await acts(whose)).filter(({ state }) => state !== "lost")) {
      const rests = act.state === "refused" || (!anyway && act.after > Date.now());
      if (rests || held.has(place(act))) held.add(place(act));
      else {
        const is = await sent(act, say);
        await settled();
        if (is === "away" || is === "signed-out") return is;
        if (is === "refused") held.add(place(act));
      }
    }
    return "idle";
  });
}

async function sent(act, say) {
  const answer = await posted(act, say);
  const { status, sentence } = answer.status === 403 ? await posted(act, say, await freshToken()) : answer;
  if (status >= 200 && status < 400) {
    await remove(act.id);
    return "done";
  }
  if (status === 401) return "signed-out";
  if (!status || status >= 500 || AGAIN.includes(status)) {
    const tries = act.tries + 1;
    const after = Date.now() + PAUSES_S[Math.min(tries, PAUSES_S.length) - 1] * 1000 * (0.8 + 0.4 * Math.random());
    await change(act.id, { tries, after });
    return "away";
  }
  await change(act.id, { state: "refused", status, sentence: sentence ?? `サーバーが受け付けませんでした (${status})。` });
  return "refused";
}

/** As fetch does it, which does not tell how far it has come: its status, 0 where nothing answered, and the sentence
 *  for people. */
export function posted(act, say, csrf = token()) {
  const body = new FormData();
  if (csrf) body.append("csrf", csrf);
  for (const [name, value] of act.fields) body.append(name, value);
  for (const [index, shot] of act.shots.entries()) {
    body.append("photo", shot.blob, shot.name);
    if (shot.place) body.append(`place_${index + 1}`, shot.place);
    if (shot.taken) body.append(`taken_${index + 1}`, shot.taken);
  }
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", act.action);
    request.setRequestHeader("Accept", "text/html");
    request.upload.onprogress = ({ loaded, total }) => say(`送っています… ${Math.round((100 * loaded) / (total || 1))}%`, loaded / (total || 1));
    request.onload = () => done({ status: request.status, sentence: sentenceIn(request.responseText) });
    for (const lost of ["onerror", "ontimeout", "onabort"]) request[lost] = () => done({ status: 0 });
    request.timeout = PATIENCE_MS;
    say("送っています…", 0);
    request.send(body);
  });
}

/** Of the session, where there is one: who has a link needs none. */
function token(page = document) {
  return page.querySelector("input[name=csrf]")?.value ?? "";
}

/** A page that lay on the phone may be of a session that has ended. */
async function freshToken() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store", headers: { Accept: "text/html" } });
    return token(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    return "";
  }
}

function sentenceIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]:not([hidden])")?.textContent.trim();
}
