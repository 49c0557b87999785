// The photos of one form: taken or chosen, looked at, taken away again, and put into what is sent.
// Whoever makes a FormData of the form gets them, with where and when each was taken.

import { made } from "../../kit/dom.js";
import { small } from "../../kit/shrink.js";

const MOST = 4;
const FAR_M = 100;

/** Lets this form take photos. */
export function takesPhotos(form) {
  const shots = [];
  const place = form.querySelector(".shots");
  const taken = place.querySelector(".taken");
  const preparing = place.querySelector(".preparing");
  let waiting = 0;
  let phone = null;

  for (const input of place.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => add(input));
    if (input.files.length) add(input); // chosen before this script was there
  }
  form.addEventListener("formdata", ({ formData }) => {
    formData.delete("photo");
    shots.forEach((shot, index) => {
      formData.append("photo", shot.blob, shot.name);
      if (shot.place) formData.set(`place_${index + 1}`, shot.place);
      if (shot.taken) formData.set(`taken_${index + 1}`, shot.taken);
    });
  });

  async function add(input) {
    const files = [...input.files];
    input.value = "";
    if (!files.length) return;
    whereWeAre(form, (coords) => {
      phone = { lon: coords.longitude, lat: coords.latitude, out: coords.accuracy };
      askWhyFar(form, shots, phone);
    });
    const room = MOST - shots.length - waiting;
    say(files.length > room ? `写真は${MOST}枚までです。` : "");
    for (const file of files.slice(0, Math.max(0, room))) {
      waiting += 1;
      show();
      shots.push(await small(file, place.dataset.exif));
      waiting -= 1;
      form.dispatchEvent(new Event("change"));
      show();
    }
    form.querySelector(".send").focus();
  }

  function show() {
    taken.replaceChildren(...shots.map(thumbnail));
    taken.hidden = !shots.length;
    preparing.textContent = waiting ? "写真を準備しています…" : preparing.textContent.startsWith("写真を準備") ? "" : preparing.textContent;
    form.classList.toggle("has-photo", shots.length > 0);
    form.classList.toggle("is-full", shots.length + waiting >= MOST);
    form.querySelector(".send").disabled = waiting > 0;
    askWhyFar(form, shots, phone);
    const words = place.querySelector(".shoot span");
    words.dataset.first ??= words.textContent;
    words.textContent = shots.length ? "もう1枚撮る" : words.dataset.first;
  }

  function thumbnail(shot, index) {
    const item = made("li");
    const picture = made("img");
    picture.alt = `いま撮った写真 ${index + 1}枚目`;
    shot.address ??= URL.createObjectURL(shot.blob);
    picture.src = shot.address;
    picture.onerror = () => picture.replaceWith(made("span", "unshown", "表示できない写真です。そのまま送れます"));
    const away = made("button", "away", "×");
    away.type = "button";
    away.setAttribute("aria-label", `${index + 1}枚目をやめる`);
    away.addEventListener("click", () => {
      URL.revokeObjectURL(shot.address);
      shots.splice(index, 1);
      form.dispatchEvent(new Event("change"));
      say("");
      show();
      place.querySelector(".away, .shutter").focus();
    });
    item.append(picture, away);
    return item;
  }

  function say(words) {
    preparing.textContent = words;
  }
}

/** The sentence about a photo from elsewhere is asked for before it is sent. */
function askWhyFar(form, shots, phone) {
  const field = form.querySelector(".far");
  if (!field) return;
  const places = shots.map(({ place }) => (place ? placeOf(place) : phone)).filter(Boolean);
  const isFar = places.some((one) => metres(form.dataset, one) - one.out > FAR_M);
  field.querySelector("input").required = isFar;
  field.toggleAttribute("data-far", !isFar && !field.querySelector("input").value);
}

function placeOf(words) {
  const [lon, lat, out = 0] = words.split(",").map(Number);
  return { lon, lat, out };
}

/** As the server counts, within half a per cent. */
function metres({ lon, lat }, other) {
  const east = (other.lon - lon) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(east, other.lat - lat) * 111_320;
}

/** Where the phone is, for photos that do not tell where they were taken; not once it was sent. */
function whereWeAre(form, position) {
  const { here, done_at: sent } = form.elements;
  navigator.geolocation?.getCurrentPosition(
    ({ coords }) => {
      if (sent.value) return;
      position(coords);
      here.value = `${coords.longitude.toFixed(7)},${coords.latitude.toFixed(7)},${coords.accuracy.toFixed(1)}`;
    },
    () => {},
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
  );
}
