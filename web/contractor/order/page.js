// What is reported with photos stays on the page where there is no signal; photos are made small first,
// with where and when they were taken kept.

import { small } from "../../kit/shrink.js";

const MOST_PHOTOS = 4;

const shots = new WeakMap(); // each made small once: the same press sends the same bytes

for (const form of document.querySelectorAll("form[data-report]")) {
  form.elements.photo.addEventListener("change", async ({ target }) => {
    for (const photo of target.files) await shotOf(photo, form);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter);
  });
}

async function send(form, button) {
  const words = button.lastChild.textContent;
  const body = new FormData(form);
  const photos = [...form.elements.photo.files];
  if (photos.length > MOST_PHOTOS) return complain(form, `写真は ${MOST_PHOTOS} 枚までです。選び直してください。`);
  button.disabled = true;
  button.lastChild.textContent = "送っています…";
  form.querySelector("[data-trouble]").hidden = true;
  try {
    body.delete("photo");
    for (const [index, photo] of photos.entries()) {
      const shot = await shotOf(photo, form);
      body.append("photo", shot.blob, shot.name);
      if (shot.place) body.set(`place_${index + 1}`, shot.place);
      if (shot.taken) body.set(`taken_${index + 1}`, shot.taken);
    }
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (answer.ok) return goOn(answer.url, form.closest(".place").id);
    complain(form, sentenceIn(await answer.text()) ?? "送れませんでした。もう一度お試しください。");
  } catch {
    complain(form, "電波が届かず送れませんでした。写真と内容はこの画面に残っています。電波の良い所で、もう一度押してください。");
  }
  button.disabled = false;
  button.lastChild.textContent = words;
}

function shotOf(photo, form) {
  if (!shots.has(photo)) shots.set(photo, small(photo, form.dataset.exif));
  return shots.get(photo);
}

function goOn(address, place) {
  const isHere = address === location.href.split("#")[0];
  location.replace(`${address}#${place}`);
  if (isHere) location.reload();
}

function sentenceIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]:not([hidden])")?.textContent.trim();
}

function complain(form, words) {
  const trouble = form.querySelector("[data-trouble]");
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "center" });
}
