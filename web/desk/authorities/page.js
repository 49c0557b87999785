// Copying a text for an authority with one tap, and no form sent twice.

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
for (const form of document.querySelectorAll("[data-once]")) {
  form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach((one) => (one.disabled = true))));
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
