// Work whose price stands in the contract brings its unit; a link is copied with one press.
import { $ } from "../../kit/dom.js";

const works = new Map([...$("works").options].map((option) => [option.value, option.dataset]));

document.addEventListener("change", ({ target }) => {
  const turn = /^work-(\d+)$/.exec(target.name ?? "")?.[1];
  const known = turn && works.get(target.value);
  const unit = known?.unit && target.form.elements[`unit-${turn}`];
  if (unit?.tagName === "SELECT") unit.value = known.unit;
});

const copy = $("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText($("address").value);
    copy.lastChild.textContent = "コピーしました";
  });
}
