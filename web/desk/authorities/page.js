// Copying a text for an authority with one tap; lists that were left are fetched anew.
import "../../kit/once.js";
import { keepView } from "../view.js";

keepView(document.getElementById("main"));

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
addEventListener("pageshow", (event) => event.persisted && location.reload());

async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  const said = button.nextElementSibling;
  try {
    await navigator.clipboard.writeText(text.value);
    said.textContent = "コピーしました。";
  } catch {
    text.select();
    said.textContent = "コピーできませんでした。選ばれた文章を、ご自分でコピーしてください。";
  }
}
