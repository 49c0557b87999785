// Work whose price stands in the contract brings its unit; what is typed and not saved is not issued; a
// link is copied with one press.
import { $ } from "../../kit/dom.js";

const works = new Map([...$("works").options].map((option) => [option.value, option.dataset]));
const unsaved = new Set();

document.addEventListener("change", ({ target }) => {
  const turn = /^work-(\d+)$/.exec(target.name ?? "")?.[1];
  const known = turn && works.get(target.value);
  const unit = known?.unit && target.form.elements[`unit-${turn}`];
  if (unit?.tagName === "SELECT") unit.value = known.unit;
});
document.addEventListener("input", ({ target }) => target.form && unsaved.add(target.form));

$("issue")?.addEventListener("submit", (event) => {
  const names = [...unsaved].map((form) => (form.id === "head" ? "指示の内容" : form.closest("[data-turn]")?.dataset.turn)).filter(Boolean);
  if (!names.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  $("unsaved").hidden = false;
  $("unsaved").textContent = `保存していないところがあります(${names.join("、")})。保存してから発行してください。`;
});

const copy = $("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText($("address").value);
    copy.lastChild.textContent = "コピーしました";
  });
}
