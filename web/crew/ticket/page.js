// Two taps to finish: the photo, then send; what could not be sent stays and can be sent again.

document.documentElement.classList.add("scripted");
const trouble = document.getElementById("trouble");
const finish = document.getElementById("finish");
const photo = document.getElementById("photo");

photo?.addEventListener("change", show);
if (photo?.files.length) show(); // chosen before this script was there

function show() {
  const [file] = photo.files;
  finish.classList.toggle("has-photo", Boolean(file));
  const preview = document.getElementById("preview");
  preview.hidden = !file;
  if (!file) return;
  preview.querySelector("img").src = URL.createObjectURL(file);
  document.getElementById("send").focus();
}

for (const form of document.querySelectorAll("form[data-send]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, event.submitter);
  });
}

async function send(form, button) {
  const words = button.textContent;
  const body = new FormData(form, button); // a disabled button would not be in it
  const buttons = [...document.querySelectorAll("form[data-send] button")];
  buttons.forEach((one) => (one.disabled = true));
  (button.querySelector("span") ?? button.lastChild).textContent = "送っています…";
  trouble.hidden = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    if (answer.ok) return location.replace(answer.url);
    complain(sentenceIn(await answer.text()) ?? "送れませんでした。もう一度お試しください。");
  } catch {
    complain("電波が届かず送れませんでした。写真はこの画面に残っています。電波の良い所で、もう一度押してください。");
  }
  buttons.forEach((one) => (one.disabled = false));
  (button.querySelector("span") ?? button.lastChild).textContent = words.trim();
}

function sentenceIn(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert]:not([hidden])")?.textContent.trim();
}

function complain(words) {
  trouble.textContent = words;
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "center" });
}
