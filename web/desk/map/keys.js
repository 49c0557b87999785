// The list by single keys: from row to row, into a ticket, to the search; and where one came from.
import { keys } from "../keys.js";
import { keepView } from "../view.js";

/** `box` holds the list, `field` is its search. */
export function listKeys(box, field, button) {
  const find = () => {
    field.focus();
    field.select();
  };
  const go = (step) => {
    const rows = [...box.querySelectorAll("li[data-number] a")];
    const at = rows.indexOf(document.activeElement?.closest?.("li[data-number] a"));
    const row = rows[at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1)];
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  keepView(box);
  keys(
    [
      ["j", "次の受付票へ", () => go(1)],
      ["k", "前の受付票へ", () => go(-1)],
      ["o", "選んだ受付票を開く", () => document.activeElement?.closest?.("li[data-number] a")?.click()],
      ["/", "受付票を探す", find],
    ],
    button,
  );
  if (location.hash === "#find") find();
}
