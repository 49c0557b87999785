// A ticket's page: the form says what a move means, and typing chooses.
import "../../kit/once.js";
import "../../kit/photos.js";

for (const field of document.querySelectorAll("[data-chooses]")) {
  const choice = field.form.querySelector(`input[type=radio][value="${field.dataset.chooses}"]`);
  field.addEventListener("input", () => (choice.checked = true));
  const need = () => (field.required = choice.checked);
  field.form.addEventListener("input", need);
  need();
}

const form = document.getElementById("move");
form?.addEventListener("change", explain);
if (form) explain();

function explain() {
  const chosen = form.querySelector("input[name=to]:checked");
  const needed = Boolean(chosen && "reason" in chosen.dataset);
  form.elements.note.required = needed;
  const need = document.getElementById("note-need");
  need.textContent = needed ? "(必須)" : "(任意)";
  need.className = needed ? "need" : "soft";
  document.getElementById("upload").hidden = !(chosen && "photo" in chosen.dataset);
  const told = document.getElementById("told");
  if (chosen) {
    told.textContent = "told" in chosen.dataset
      ? "通報した人に LINE でお知らせします。"
      : "LINE のお知らせは送りません。通報した人が状況を尋ねたときに表示します。";
  }
}
