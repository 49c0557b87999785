// Short words for what every script does with a page.

/** The element with this id, or null. */
export const $ = (id) => document.getElementById(id);

/** A new element of this class with these words. */
export function made(tag, kind = "", words = "") {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  if (words) element.textContent = words;
  return element;
}
