// A find: where the phone is, what is there already, small pictures of what was photographed.
import "../../kit/once.js";
import { ask } from "../../kit/ask.js";
import { $ } from "../../kit/dom.js";
import { small } from "../../kit/shrink.js";
import { pointIn, wordsOf } from "../../maps/points.js";
import { keepDraft } from "../offline/draft.js";
import { openMap } from "./open_map.js";

const GOOD_M = 25;
const WAIT_MS = 30_000;
const form = $("find");
const point = $("point");
const said = $("place-said");
const told = new Map([...form.querySelectorAll("[data-shots]")].map((input) => [input, []])); // of each photo, in their order
const state = { byHand: Boolean(point.value), map: null, asked: 0, best: Infinity, watching: null };

locate();
openMap((map) => {
  state.map = map;
  if (pointIn(point.value)) map?.put(lngLat());
  map?.chosen(({ lng, lat }) => set({ lon: lng, lat }, "地図で選んだ場所です。"));
});
point.addEventListener("input", () => {
  byHand();
  said.textContent = pointIn(point.value) ? "書かれた場所を使います。" : "緯度と経度を「35.70110, 139.50670」のように書いてください。";
  if (pointIn(point.value)) state.map?.put(lngLat());
  lookThere();
});
form.addEventListener("change", ({ target }) => {
  if (target.name === "category") lookThere();
  if (target.dataset.shots) makeSmall(target);
});
form.addEventListener("formdata", ({ formData }) => {
  [...told.values()].flat().forEach(({ place, taken }, index) => {
    if (place) formData.set(`place_${index + 1}`, place);
    if (taken) formData.set(`taken_${index + 1}`, taken);
  });
});
for (const input of form.querySelectorAll("[data-shots]")) showShots(input);
keepDraft(form, { photos, bring });

function locate() {
  if (!("geolocation" in navigator) || state.byHand) return;
  said.textContent = "現在地を調べています…";
  state.watching = navigator.geolocation.watchPosition(here, unknown, { enableHighAccuracy: true, maximumAge: 5_000, timeout: WAIT_MS });
}

function here({ coords }) {
  if (state.byHand || coords.accuracy >= state.best) return;
  state.best = coords.accuracy;
  point.value = wordsOf({ lon: coords.longitude, lat: coords.latitude });
  $("accuracy").value = Math.round(coords.accuracy);
  said.textContent = `電話の位置です(誤差 約 ${Math.round(coords.accuracy)} m)。ちがうときは地図で直せます。`;
  state.map?.put(lngLat());
  lookThere();
  if (coords.accuracy <= GOOD_M) stop();
}

function unknown() {
  stop();
  if (!point.value) said.textContent = "現在地が分かりません。写真に位置があればそれを使います。なければ地図を押すか、座標を書いてください。";
}

function stop() {
  if (state.watching !== null) navigator.geolocation.clearWatch(state.watching);
  state.watching = null;
}

function byHand() {
  state.byHand = true;
  $("accuracy").value = "";
  stop();
}

function set(place, words) {
  byHand();
  point.value = wordsOf(place);
  said.textContent = words;
  state.map.put(lngLat());
  lookThere();
}

function lngLat() {
  const { lon, lat } = pointIn(point.value);
  return { lng: lon, lat };
}

async function lookThere() {
  const category = new FormData(form).get("category");
  if (!category || !pointIn(point.value)) return;
  const turn = ++state.asked;
  const told = await ask(`/crew/patrol/there.json?${new URLSearchParams({ point: point.value, category })}`);
  if (turn !== state.asked) return;
  $("looked").value = told.wrong ? "no" : "yes";
  $("there").innerHTML = told.html ?? "";
  if (told.wrong) $("there").textContent = "近くの受付票は調べられませんでした。このまま記録できます。";
}

/** With where they were taken: on the next street the phone is elsewhere. */
function photos() {
  const [place, accuracy] = [point.value, $("accuracy").value];
  return [...form.querySelectorAll("[data-shots]")].flatMap((input) =>
    [...input.files].map((file) => ({ of: input.dataset.shots, name: file.name, blob: file, place, accuracy })),
  );
}

function bring(left) {
  for (const input of form.querySelectorAll("[data-shots]")) {
    const files = new DataTransfer();
    for (const { of, name, blob } of left) if (of === input.dataset.shots) files.items.add(new File([blob], name, { type: blob.type }));
    if (!input.files.length) input.files = files.files;
    showShots(input);
  }
  const { place, accuracy } = left.at(-1);
  if (!place) return;
  byHand();
  [point.value, $("accuracy").value] = [place, accuracy];
  said.textContent = "送る前の写真と、その時の場所を戻しました。";
  state.map?.put(lngLat());
}

async function makeSmall(input) {
  const files = [...input.files];
  told.set(input, files.map(() => ({})));
  showShots(input);
  const made = await Promise.all(files.map((file) => small(file, form.dataset.exif)));
  if (files.length !== input.files.length || files.some((file, index) => file !== input.files[index])) return; // chosen anew
  const held = new DataTransfer();
  for (const { blob, name } of made) held.items.add(new File([blob], name, { type: blob.type }));
  told.set(input, made);
  input.files = held.files;
}

function showShots(input) {
  const shots = form.querySelector(`.shots[data-of=${input.dataset.shots}]`);
  shots.replaceChildren(...[...input.files].map(thumbnail));
}

function thumbnail(file) {
  const picture = new Image();
  picture.alt = "選んだ写真";
  picture.src = URL.createObjectURL(file);
  return picture;
}
