// What a single key does on a screen: never while somebody types, and not once they are switched off.
import { made } from "../kit/dom.js";
import { BROWSER, keep, kept } from "../kit/storage.js";

const KEPT = "michi.keys";
const TYPING = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";

/**
 * `table`: [key, what it does in words, the act]. The button opens the list of them, as ? does; there
 * they can be switched off (WCAG 2.1.4).
 */
export function keys(table, button) {
  const list = listOf(table);
  const acts = new Map([...table, ["?", "", () => list.showModal()]].map(([key, , act]) => [key, act]));
  button?.addEventListener("click", () => list.showModal());
  document.addEventListener("keydown", (event) => {
    const act = acts.get(event.key);
    if (!act || isOff() || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });
}

function listOf(table) {
  const list = made("dialog", "keys-list");
  const title = made("h2", "", "キー操作");
  title.id = "keys-title";
  list.setAttribute("aria-labelledby", title.id);
  const lines = made("dl");
  for (const [key, words] of [...table, ["?", "この一覧を開く"]]) {
    const dt = made("dt");
    dt.append(made("kbd", "", key));
    lines.append(dt, made("dd", "", words));
  }
  const use = made("label");
  const box = Object.assign(made("input"), { type: "checkbox", checked: !isOff() });
  use.append(box, "1文字のキーで操作する(このブラウザで)");
  const close = Object.assign(made("button", "wide", "閉じる"), { type: "button" });
  list.append(title, lines, use, close);
  list.classList.toggle("off", isOff());
  box.addEventListener("change", () => {
    keep(KEPT, box.checked ? null : "off", BROWSER);
    list.classList.toggle("off", isOff());
  });
  close.addEventListener("click", () => list.close());
  document.body.append(list);
  return list;
}

function isOff() {
  return kept(KEPT, BROWSER) === "off";
}
