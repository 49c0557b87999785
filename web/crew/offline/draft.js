// What is typed and photographed in a form that is not sent yet: it outlives a page that the phone
// drops while its camera is open.
import { fact, setFact } from "./store.js";
import { isStale } from "./turns.js";

const SOON_MS = 300;
const UNTYPED = ["hidden", "file", "submit", "button"];

/** Keeps it from now on, and brings back what was left: `photos()` gives the form's, each with its
 *  `blob`; `bring(photos)` puts them back. What was kept to be sent is no draft any more. */
export async function keepDraft(form, { photos, bring }) {
  const person = document.querySelector('meta[name="michi-person"]')?.content;
  if (!person || !("indexedDB" in globalThis)) return;
  const name = `draft:${new URL(form.action).pathname} ${form.elements.outcome?.value ?? ""}:${person}`;
  const draft = { name, form, photos, taken: [], blobs: [], soon: 0, turn: Promise.resolve() };
  await restore(draft, bring).catch(() => {});
  const later = () => {
    clearTimeout(draft.soon);
    draft.soon = setTimeout(() => inTurn(draft, save), SOON_MS);
  };
  for (const changing of ["input", "change", "refused"]) form.addEventListener(changing, later);
  for (const gone of ["kept", "submit"]) form.addEventListener(gone, () => drop(draft));
}

async function restore(draft, bring) {
  const left = await fact(draft.name);
  if (!left || isStale(left, Date.now())) return;
  if (left.photos.length) bring(left.photos);
  for (const [name, value] of left.fields) put(draft.form, name, value);
}

function put(form, name, value) {
  for (const one of form.elements) {
    if (one.name !== name || UNTYPED.includes(one.type)) continue;
    if (one.type !== "checkbox" && one.type !== "radio") {
      if (one.value) continue; // the server has put back what was refused
      one.value = value;
    } else if (one.value === value) one.checked = true;
    else continue;
    for (const happens of ["input", "change"]) one.dispatchEvent(new Event(happens, { bubbles: true }));
  }
}

async function save(draft) {
  const photos = draft.photos();
  const fields = [...draft.form.elements].filter(isTyped).map(({ name, value }) => [name, value]);
  if (!photos.length && !fields.length) return setFact(draft.name, undefined);
  const blobs = photos.map(({ blob }) => draft.blobs[draft.taken.indexOf(blob)] ?? copied(blob));
  [draft.taken, draft.blobs] = [photos.map(({ blob }) => blob), blobs];
  const kept = await Promise.all(photos.map(async (one, place) => ({ ...one, blob: await blobs[place] })));
  return setFact(draft.name, { at: Date.now(), fields, photos: kept });
}

/** Its bytes: what a camera has lent may be away before the form is back. */
async function copied(blob) {
  return new Blob([await blob.arrayBuffer()], { type: blob.type });
}

/** `data-of-now`: tells of the moment, and is not brought back by itself. */
function isTyped({ name, type, value, checked, dataset }) {
  if (!name || UNTYPED.includes(type) || "ofNow" in dataset) return false;
  return type === "checkbox" || type === "radio" ? checked : Boolean(value);
}

function drop(draft) {
  clearTimeout(draft.soon);
  inTurn(draft, ({ name }) => setFact(name, undefined));
}

/** One after another; a phone without room goes on without a draft. */
function inTurn(draft, job) {
  draft.turn = draft.turn.then(() => job(draft)).catch(() => {});
}
