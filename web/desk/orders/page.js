// Work whose price stands in the contract brings its unit; what is typed in a draft and not saved is not left
// without a word; a link is copied with one press.
import { $ } from "../../kit/dom.js";

const works = new Map([...($("works")?.options ?? [])].map((option) => [option.value, option.dataset]));
const draft = $("draft");

document.addEventListener("change", ({ target }) => {
  const turn = /^work-([\d-]+)$/.exec(target.name ?? "")?.[1];
  const known = turn && works.get(target.value);
  const unit = known?.unit && target.form.elements[`unit-${turn}`];
  if (unit?.tagName === "SELECT") unit.value = known.unit;
});

if (draft) {
  let isUnsaved = Boolean(document.querySelector("[role=alert]"));
  draft.addEventListener("input", () => (isUnsaved = true));
  document.addEventListener("submit", () => (isUnsaved = false));
  addEventListener("beforeunload", (event) => isUnsaved && event.preventDefault());
}

const copy = $("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText($("address").value);
    copy.lastChild.textContent = "コピーしました";
  });
}
