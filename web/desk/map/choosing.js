// Tickets that are chosen, to do something to all of them: each by its box, or all of a view.
import { $, made } from "../../kit/dom.js";

const chosen = new Set();
const form = $("bulk").querySelector("form");

/** The box before a ticket of the list; what is chosen stays so, also when the list is drawn anew. */
export function boxOf(number) {
  const box = made("input", "choose");
  Object.assign(box, { type: "checkbox", value: number, checked: chosen.has(number), ariaLabel: `${number} を選ぶ` });
  return box;
}

/** `query`: what the list asks for now. `map`: null where there is none. */
export function letChoose(list, { query, map }) {
  list.addEventListener("change", ({ target }) => {
    if (!target.matches(".choose")) return;
    if (target.checked) chosen.add(target.value);
    else chosen.delete(target.value);
    say();
  });
  $("choose-none").addEventListener("click", () => {
    chosen.clear();
    for (const box of list.querySelectorAll(".choose:checked")) box.checked = false;
    say();
    $("bulk").querySelector("summary").focus();
  });
  form.addEventListener("submit", ({ submitter }) => {
    const all = submitter.dataset.all;
    form.elements.numbers.value = all ? "" : [...chosen].join();
    form.elements.view.value = all ? query().toString() || "status=open" : "";
    form.elements.bounds.value = all === "map" ? map.getBounds().toArray().flat().join() : "";
  });
  form.querySelector("[data-all=map]").hidden = !map;
}

/** How many there are in all, in words. */
export function sayAll(many) {
  form.querySelector("[data-all=view]").textContent = `この条件のすべて(${many})を変える`;
}

function say() {
  $("chosen").textContent = chosen.size ? ` ${chosen.size}件` : "";
  const [change] = form.querySelectorAll("[data-all='']");
  change.textContent = chosen.size ? `選んだ受付票 ${chosen.size}件を変える` : "選んだ受付票を変える";
  for (const button of [...form.querySelectorAll("[data-all='']"), $("choose-none")]) button.disabled = !chosen.size;
}
