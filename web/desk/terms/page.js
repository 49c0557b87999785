// The text as residents will see it, drawn by the server while it is being written.

const AFTER_MS = 400;
const form = document.getElementById("editing");
const words = document.getElementById("words");
let timer = 0;
let turn = 0;
let unsaved = Boolean(document.querySelector("[role=alert]"));

if (form) {
  document.documentElement.classList.add("scripted");
  words.addEventListener("input", () => {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(look, AFTER_MS);
  });
  form.addEventListener("submit", () => (unsaved = false));
  addEventListener("beforeunload", (event) => unsaved && event.preventDefault());
}

async function look() {
  const mine = ++turn;
  const body = new FormData(form);
  body.set("do", "preview");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const drawn = page.getElementById("preview");
    if (mine === turn && answer.ok && drawn) document.getElementById("preview").replaceChildren(...drawn.childNodes);
  } catch {
    // without a connection the last drawing stays; saving says what is wrong
  }
}
