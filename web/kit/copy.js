// What has to be handed on is copied with one press: a button `data-copy` names the field, what follows it says how it went.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
document.querySelector("[data-choose]")?.addEventListener("focus", ({ target }) => target.select());

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  const said = button.nextElementSibling;
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = "コピーしました。";
  } catch {
    field.select();
    said.textContent = "コピーできませんでした。選ばれたものを、ご自分でコピーしてください。";
  }
}
