// A ticket's page: photos grow on a click and arrive late, and the form says what a move means.

const enlarged = document.getElementById("enlarged");
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-enlarge]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const picture = enlarged.querySelector("img");
  picture.src = link.href;
  picture.alt = link.querySelector("img").alt;
  enlarged.showModal();
});
enlarged?.addEventListener("click", (event) => event.target.closest("button") || enlarged.close());

for (const place of document.querySelectorAll("[data-waiting]")) waitFor(place, 20);

function waitFor(place, times) {
  const picture = new Image();
  picture.alt = place.dataset.alt;
  picture.onload = () => {
    const link = document.createElement("a");
    Object.assign(link, { className: "photo", href: place.dataset.waiting });
    link.dataset.enlarge = "";
    link.append(picture);
    place.replaceWith(link);
  };
  picture.onerror = () => times && setTimeout(waitFor, 2000, place, times - 1);
  picture.src = place.dataset.waiting;
}

const onceOnly = [...document.querySelectorAll("form[data-once]")];
for (const sending of onceOnly) {
  sending.addEventListener("submit", () => setTimeout(() => (sending.querySelector("button").disabled = true)));
}
addEventListener("pageshow", () => onceOnly.forEach((sending) => (sending.querySelector("button").disabled = false)));

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
