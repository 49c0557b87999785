// What is reported with photos stays on the page where there is no signal; photos that are too large
// together are made smaller first.

const MOST_PHOTOS = 4;
const MOST_BYTES = 18 * 1024 * 1024;
const LONGEST_PX = 2400;

for (const form of document.querySelectorAll("form[data-report]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter);
  });
}

async function send(form, button) {
  const words = button.lastChild.textContent;
  const body = new FormData(form);
  const photos = body.getAll("photo");
  if (photos.length > MOST_PHOTOS) return complain(form, `写真は ${MOST_PHOTOS} 枚までです。選び直してください。`);
  button.disabled = true;
  button.lastChild.textContent = "送っています…";
  form.querySelector("[data-trouble]").hidden = true;
  try {
    body.delete("photo");
    for (const photo of await smallEnough(photos)) body.append("photo", photo);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (answer.ok) return goOn(answer.url, form.closest(".place").id);
    complain(form, sentenceIn(await answer.text()) ?? "送れませんでした。もう一度お試しください。");
  } catch {
    complain(form, "電波が届かず送れませんでした。写真と内容はこの画面に残っています。電波の良い所で、もう一度押してください。");
  }
  button.disabled = false;
  button.lastChild.textContent = words;
}

async function smallEnough(photos) {
  const bytes = photos.reduce((sum, { size }) => sum + size, 0);
  return bytes <= MOST_BYTES ? photos : Promise.all(photos.map(smaller));
}

/** As it is where this browser cannot open it: the server says what is wrong with it. */
async function smaller(photo) {
  try {
    const image = await createImageBitmap(photo);
    const scale = Math.min(1, LONGEST_PX / Math.max(image.width, image.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width * scale, height: image.height * scale });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return made && made.size < photo.size ? new File([made], photo.name, { type: made.type }) : photo;
  } catch {
    return photo;
  }
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
