// No form is sent twice: its buttons rest once it has gone, until the page is shown again.

document.addEventListener("submit", ({ target }) => "once" in target.dataset && setTimeout(rest, 0, target, true));
addEventListener("pageshow", () => document.querySelectorAll("form[data-once]").forEach((form) => rest(form, false)));

function rest(form, off) {
  form.querySelectorAll("button").forEach((button) => (button.disabled = off));
}
