// A password can be looked at while it is typed.
import "../kit/once.js";

for (const box of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(box.dataset.shows);
  box.parentElement.hidden = false;
  box.addEventListener("change", () => (field.type = box.checked ? "text" : "password"));
}
