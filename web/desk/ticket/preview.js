// How what is in a form will look in LINE, before it is sent. Parts of the page may come anew.
import { $ } from "../../kit/dom.js";

const dialog = $("preview");
const cards = dialog.querySelector("[data-cards]");
const AWAY = '<p class="notice bad">表示できませんでした。画面を開き直して、もう一度お試しください。</p>';

document.addEventListener("renewed", offer);
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-preview]");
  if (button) show(button.form, button.dataset.preview);
});
offer();

function offer() {
  for (const button of document.querySelectorAll("[data-preview]")) button.hidden = false;
}

async function show(form, what) {
  const fields = new FormData(form);
  fields.delete("photo");
  cards.textContent = "用意しています。";
  dialog.showModal();
  dialog.querySelector("h2").focus();
  try {
    const answer = await fetch(form.action.replace(/[^/]+$/, `preview/${what}`), {
      method: "POST", body: new URLSearchParams([...fields]), headers: { Accept: "text/html" },
    });
    const html = await answer.text();
    cards.innerHTML = html.includes("<html") ? AWAY : html;
  } catch {
    cards.innerHTML = AWAY;
  }
}
