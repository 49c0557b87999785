// No form is sent twice: its buttons rest once it has gone, until the page is shown again.

const forms = [...document.querySelectorAll("form[data-once]")];
for (const form of forms) form.addEventListener("submit", () => setTimeout(rest, 0, form, true));
addEventListener("pageshow", () => forms.forEach((form) => rest(form, false)));

function rest(form, off) {
  form.querySelectorAll("button").forEach((button) => (button.disabled = off));
}
