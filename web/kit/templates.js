// What staff say often: a press puts it into the field of words. Parts of a page may come anew.

document.addEventListener("renewed", show);
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-inserts]");
  if (button) insert(button.dataset.text, document.getElementById(button.dataset.inserts));
});
show();

function show() {
  for (const list of document.querySelectorAll(".templates")) list.hidden = false;
}

/** On a line of its own, below what is there already. */
function insert(text, field) {
  const before = field.value.trimEnd();
  field.value = before ? `${before}\n${text}` : text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.closest("form").querySelector(".templates").open = false;
  field.focus();
}

// Facts of a ticket, put where the cursor was in the text that was written last.
let writing = null;

document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.("textarea[data-fills]")) writing = target;
});
document.addEventListener("click", ({ target }) => {
  const chip = target.closest?.("[data-placeholder]");
  if (chip) put(chip.dataset.placeholder, fieldFor(chip.form));
});

function fieldFor(form) {
  return writing?.form === form ? writing : form.querySelector("textarea[data-fills]");
}

function put(text, field) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}
