// What somebody has written in one form stays when they press another one.
import { keep, kept } from "../../kit/storage.js";

const name = `michi.draft.${location.pathname.split("/")[3]}`;
const fields = () => [...document.querySelectorAll("main textarea[id]")];

addEventListener("submit", ({ target }) => {
  const others = fields().filter((field) => field.form !== target && field.value !== field.defaultValue);
  const words = Object.fromEntries(others.map((field) => [field.id, field.value]));
  keep(name, others.length ? JSON.stringify(words) : null);
});

const written = JSON.parse(kept(name) ?? "{}");
keep(name, null);
for (const field of fields()) {
  if (field.value !== field.defaultValue || !written[field.id]) continue;
  field.value = written[field.id];
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
