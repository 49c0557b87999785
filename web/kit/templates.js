// What staff say often: a press puts it into the field of words.

for (const list of document.querySelectorAll(".templates")) list.hidden = false;
for (const button of document.querySelectorAll("[data-inserts]")) {
  button.addEventListener("click", () => insert(button.dataset.text, document.getElementById(button.dataset.inserts)));
}

/** On a line of its own, below what is there already. */
function insert(text, field) {
  const before = field.value.trimEnd();
  field.value = before ? `${before}\n${text}` : text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.closest("form").querySelector(".templates").open = false;
  field.focus();
}
