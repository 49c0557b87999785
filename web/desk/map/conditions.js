// The list's conditions: the form that holds them, the address that keeps them, a count beside each choice.
import { $ } from "../../kit/dom.js";

const GROUPS = ["open", "closed"];
const COUNTED = ["department", "category", "due"];
const SHOWN = 2;

/** What the form asks for, without what is so anyway. */
export function asked(form) {
  const fields = new FormData(form);
  const statuses = fields.getAll("status");
  fields.delete("status");
  if (!isNear(form)) fields.delete("near");
  const said = GROUPS.every((group) => statuses.includes(group)) ? ["all"] : statuses;
  const words = said.join() === "open" ? [] : said.map((status) => ["status", status]);
  return new URLSearchParams([...words, ...[...fields].filter(([, value]) => value.trim())]);
}

/** Sets the form as the address (`?…`) asks; what it does not know it leaves out. */
export function take(form, address) {
  const query = new URLSearchParams(address);
  const words = query.getAll("status").flatMap((word) => word.split(","));
  const wanted = words.includes("all") ? GROUPS : words;
  if (boxes(form).some((box) => wanted.includes(box.value))) {
    for (const box of boxes(form)) box.checked = wanted.includes(box.value);
    GROUPS.forEach((group) => tidy(form, boxes(form).find(({ value }) => value === group)));
  }
  for (const [name, value] of query) {
    const one = form.elements[name];
    if (name === "status" || !one) continue;
    const option = [...(one.options ?? [])].find((each) => [each.value, each.label].includes(value));
    if (one.tagName === "INPUT") one.value = value;
    else if (option) one.value = option.value;
  }
  if (query.get("sort") === "near" && form.elements.near.value) {
    say(form);
    form.elements.sort.value = "near";
  }
}

/** All that is open, and no other condition. */
export function reset(form) {
  form.reset();
  form.elements.near.value = "";
}

/** The other boxes after this one was pressed: a group has no single ones beside it; none is open. */
export function tidy(form, pressed) {
  if (pressed.checked) {
    for (const box of boxes(form)) {
      if (box.dataset.group === pressed.value || box.value === pressed.dataset.group) box.checked = false;
    }
  }
  if (!boxes(form).some(({ checked }) => checked)) all(form).checked = true;
}

/** Adds what is closed to what is looked for. */
export function takeClosed(form) {
  for (const box of boxes(form)) box.checked = GROUPS.includes(box.value);
}

export const asksClosed = (form) => boxes(form).some(({ checked, value, dataset }) => checked && (value === "closed" || dataset.group === "closed"));

/** Whether the list is sorted from a point of the map, and which, as [lon, lat] or null. */
export const isNear = (form) => form.elements.sort.value === "near";
export const pointOf = (form) => (isNear(form) ? form.elements.near.value.split(",").map(Number) : null);

/** Sorts from this point on. */
export function setPoint(form, { lng, lat }) {
  form.elements.near.value = `${lng.toFixed(6)},${lat.toFixed(6)}`;
  say(form);
  form.elements.sort.value = "near";
}

/** Says what is chosen where that is folded away, and offers only orders that there are. */
export function say(form) {
  const names = boxes(form).filter(({ checked }) => checked).map(({ parentElement }) => parentElement.querySelector(".text").textContent);
  const rest = names.length > SHOWN ? ` ほか${names.length - SHOWN}` : "";
  const isAll = GROUPS.every((group) => boxes(form).find(({ value }) => value === group).checked);
  $("statuses-chosen").textContent = isAll ? "すべて" : names.slice(0, SHOWN).join("・") + rest;
  const { sort, near } = form.elements;
  const [byWork, byDeadline, byWay] = ["", "deadline", "near"].map((value) => sort.querySelector(`[value="${value}"]`));
  byWork.textContent = asksClosed(form) ? "受付番号の新しい順" : "対応の順";
  byDeadline.disabled = asksClosed(form);
  byWay.hidden = byWay.disabled = !near.value;
  if (sort.selectedOptions[0]?.disabled ?? true) sort.value = "";
  const set = [...$("rarer").querySelectorAll("select, input:not([type=hidden])")].filter(({ value }) => value).length;
  $("rarer-count").textContent = set ? `(${set}件を使用中)` : "";
  return set;
}

/** Writes beside each choice how many tickets it would leave, as of `/staff/tickets/choices`. */
export function sayCounts(form, told) {
  const words = (many) => (told.all ? many.toLocaleString("ja-JP") : many ? `${many.toLocaleString("ja-JP")}+` : "");
  for (const place of form.querySelectorAll("[data-many]")) {
    const many = told.status[place.dataset.many];
    place.textContent = many === undefined ? "" : words(many);
  }
  for (const name of COUNTED) {
    for (const option of form.elements[name].options) {
      option.dataset.name ??= option.textContent;
      const many = option.value ? words(told[name][option.value] ?? 0) : "";
      option.textContent = many ? `${option.dataset.name}(${many})` : option.dataset.name;
    }
  }
}

/** Escape and a press elsewhere close what was opened above the page. */
export function closeWhenLeft(details) {
  details.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !details.open) return;
    details.open = false;
    details.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", ({ target }) => details.contains(target) || (details.open = false));
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !details.contains(relatedTarget)) details.open = false;
  });
}

const boxes = (form) => [...form.querySelectorAll("input[name=status]")];
const all = (form) => boxes(form).find(({ value }) => value === "open");
