// A question to whoever holds the phone, in a dialog of the page.
import { made } from "../../kit/dom.js";

/** Asks it; the choices are [what they give, their words, their class]; null: none was taken. */
export function choose(title, words, choices) {
  const dialog = made("dialog", "offline-ask");
  const form = made("form");
  form.method = "dialog";
  form.append(made("h2", "", title), ...words.map((one) => made("p", "", one)));
  for (const [value, label, kind] of choices) {
    const button = made("button", `wide ${kind ?? ""}`.trim(), label);
    button.value = value;
    form.append(button);
  }
  dialog.append(form);
  dialog.setAttribute("aria-label", title);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    }),
  );
}
