// Only what the chosen role needs is asked for.
import "../../kit/copy.js";
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
