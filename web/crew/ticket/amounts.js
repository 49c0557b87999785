// Two buttons beside every amount, for a thumb in a glove.

import { made } from "../../kit/dom.js";

for (const place of document.querySelectorAll("[data-amount]")) {
  const input = place.querySelector("input");
  const step = Number(place.dataset.amount) || 1;
  const name = document.querySelector(`label[for="${input.id}"]`).textContent;
  const [less, more] = [["減らす", -step, "−"], ["増やす", step, "+"]].map(([words, by, sign]) => {
    const button = made("button", "step", sign);
    button.type = "button";
    button.setAttribute("aria-label", `${name}を${words}`);
    button.addEventListener("click", () => change(input, by));
    return button;
  });
  place.prepend(less);
  place.append(more);
}

function change(input, by) {
  const next = Math.max(0, Math.round((Number(input.value || 0) + by) * 100) / 100);
  input.value = next || "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
