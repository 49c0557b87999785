// Only what the chosen role needs is asked for; the link is copied with one press.
import "../../kit/once.js";

const parts = document.querySelectorAll("[data-part]");
const radios = document.querySelectorAll("[data-needs]");

for (const radio of radios) radio.addEventListener("change", ask);
if (radios.length) ask();

function ask() {
  const chosen = [...radios].find((radio) => radio.checked)?.dataset.needs;
  for (const part of parts) {
    const isAsked = part.dataset.part === chosen;
    part.hidden = !isAsked;
    part.querySelectorAll("select").forEach((field) => (field.required = isAsked));
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
document.querySelector("[data-choose]")?.addEventListener("focus", ({ target }) => target.select());

async function copy(button) {
  const link = document.getElementById(button.dataset.copy);
  const said = document.getElementById("said");
  try {
    await navigator.clipboard.writeText(link.value);
    said.textContent = "コピーしました。";
  } catch {
    link.select();
    said.textContent = "コピーできませんでした。選ばれたリンクを、ご自分でコピーしてください。";
  }
}
